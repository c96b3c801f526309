/**
 * The labels of everything a construct makes: Kubernetes' recommended `app.kubernetes.io/*` set.
 * Only name and instance select pods, because a selector can never change once it is applied.
 */
import { labelKeyProblem, labelValueProblem } from '../refusals/object-name';
import type { Refusals } from '../refusals/refusal';

/** What the labels of one workload are made of. */
export interface LabelProps {
  /** What runs, such as `postgres`. */
  readonly name: string;
  /** Which one of them, unique in its namespace, such as `orders-db`. */
  readonly instance: string;
  /**
   * Its role in a larger whole, such as `database`.
   * @default - none
   */
  readonly component?: string;
  /**
   * The larger whole, such as `shop`.
   * @default - none
   */
  readonly partOf?: string;
  /**
   * Version of what runs; left out where it cannot be a label's value.
   * @default - none
   */
  readonly version?: string;
  /**
   * Labels of the user's own.
   * @default - none
   */
  readonly extra?: { readonly [key: string]: string };
}

/** Labels by key. */
export interface Labels {
  [key: string]: string;
}

/** The labels that select the pods of a workload. They never change. */
export function selectorLabels(props: LabelProps): Labels {
  return { 'app.kubernetes.io/instance': props.instance, 'app.kubernetes.io/name': props.name };
}

/** The labels of every object of a workload, and of its pods. */
export function objectLabels(props: LabelProps): Labels {
  const { component, partOf, version } = props;
  return {
    ...props.extra,
    ...selectorLabels(props),
    ...(component === undefined ? {} : { 'app.kubernetes.io/component': component }),
    ...(partOf === undefined ? {} : { 'app.kubernetes.io/part-of': partOf }),
    ...(version === undefined || labelValueProblem(version) !== undefined
      ? {}
      : { 'app.kubernetes.io/version': version }),
    'app.kubernetes.io/managed-by': 'cdk8s',
  };
}

/** Labels of a construct that the user chose. */
export interface ChosenLabels {
  /**
   * Its role in a larger whole.
   * @default - none
   */
  readonly component?: string;
  /**
   * The larger whole.
   * @default - none
   */
  readonly partOf?: string;
  /**
   * Labels of the user's own.
   * @default - none
   */
  readonly labels?: { readonly [key: string]: string };
}

/** Refuses labels that the API server would refuse, and such of the user's own that select pods. */
export function checkLabels(refusals: Refusals, props: ChosenLabels): void {
  for (const prop of ['component', 'partOf'] as const) {
    const value = props[prop];
    if (value !== undefined) refusals.note(prop, value, labelValueProblem(value));
  }
  for (const [key, value] of Object.entries(props.labels ?? {})) {
    refusals.note('labels', key, labelKeyProblem(key));
    refusals.note(`labels['${key}']`, value, labelValueProblem(value));
    const own = key === 'app.kubernetes.io/name' || key === 'app.kubernetes.io/instance';
    refusals.require(!own, 'labels', key, 'allowed are labels that do not select the pods');
  }
}
