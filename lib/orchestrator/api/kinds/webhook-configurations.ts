/**
 * ValidatingWebhookConfiguration and MutatingWebhookConfiguration (admissionregistration.k8s.io/v1):
 * whom a real API server would ask about requests. Here they are kept, and nobody is asked.
 */
import type { FieldError } from '../field-error';
import { duplicate, invalid, notSupported, required } from '../field-error';
import type { Draft, KindDefinition } from '../kind';
import { validateLabelSelector, type LabelSelector } from '../label-selector';
import { isDns1035Label, isDns1123Subdomain, validateObjectMeta } from '../names';
import { hookClientErrors, type HookClient } from './admission-hooks/hook-client';
import {
  hookRuleErrors,
  matchConditionErrors,
  type HookRule,
  type MatchCondition,
} from './admission-hooks/hook-rules';
import { kind } from './define';
import { plainCells } from './plain-cells';

interface Webhook {
  readonly name?: string;
  readonly clientConfig?: HookClient;
  readonly rules?: readonly HookRule[];
  readonly matchConditions?: readonly MatchCondition[];
  readonly failurePolicy?: string;
  readonly matchPolicy?: string;
  readonly sideEffects?: string;
  readonly reinvocationPolicy?: string;
  readonly timeoutSeconds?: number;
  readonly admissionReviewVersions?: readonly string[];
  readonly namespaceSelector?: LabelSelector;
  readonly objectSelector?: LabelSelector;
}

const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];
const REVIEW_VERSIONS = ['v1', 'v1beta1'];
const TIMEOUT_MAX = 30;

const webhooksOf = (draft: Draft): readonly Webhook[] =>
  (draft['webhooks'] as readonly Webhook[] | undefined) ?? [];

const configuration = (plural: string, usual: Partial<Webhook>): KindDefinition => {
  const cells = plainCells(plural);
  return kind({
    apiVersion: 'admissionregistration.k8s.io/v1',
    plural,
    unconditionalUpdate: false,
    generation: 'content',
    applyDefaults(draft) {
      if (draft['webhooks'] === undefined) return;
      draft['webhooks'] = webhooksOf(draft).map((webhook) => defaulted(webhook, usual));
    },
    validate: (draft) => [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...webhooksOf(draft).flatMap((webhook, i, all) => webhookErrors(webhook, i, all)),
    ],
    ...(cells === undefined ? {} : { cells }),
  });
};

export const validatingWebhookConfigurationKind = configuration(
  'validatingwebhookconfigurations',
  {},
);
export const mutatingWebhookConfigurationKind = configuration('mutatingwebhookconfigurations', {
  reinvocationPolicy: 'Never',
});

function defaulted(webhook: Webhook, usual: Partial<Webhook>): Webhook {
  const { clientConfig, rules } = webhook;
  const service = clientConfig?.service;
  return {
    ...usual,
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    ...webhook,
    ...(service === undefined
      ? {}
      : { clientConfig: { ...clientConfig, service: { port: 443, ...service } } }),
    ...(rules === undefined ? {} : { rules: rules.map((rule) => ({ scope: '*', ...rule })) }),
  };
}

function webhookErrors(webhook: Webhook, index: number, all: readonly Webhook[]): FieldError[] {
  const path = `webhooks[${index}]`;
  const { name = '', sideEffects, timeoutSeconds = 10, failurePolicy, matchPolicy } = webhook;
  const errors = nameErrors(name, `${path}.name`);
  (webhook.rules ?? []).forEach((rule, i) =>
    errors.push(...hookRuleErrors(rule, `${path}.rules[${i}]`)),
  );
  const oneOf = (field: keyof Webhook, value: string | undefined, known: string[]): void => {
    if (value !== undefined && !known.includes(value)) {
      errors.push(notSupported(`${path}.${field}`, value, known));
    }
  };
  oneOf('failurePolicy', failurePolicy, ['Fail', 'Ignore']);
  oneOf('matchPolicy', matchPolicy, ['Equivalent', 'Exact']);
  if (sideEffects === undefined) {
    const why = `must specify one of ${SIDE_EFFECTS.join(', ')}`;
    errors.push(required(`${path}.sideEffects`, why));
  } else oneOf('sideEffects', sideEffects, SIDE_EFFECTS);
  if (timeoutSeconds > TIMEOUT_MAX || timeoutSeconds < 1) {
    const why = 'the timeout value must be between 1 and 30 seconds';
    errors.push(invalid(`${path}.timeoutSeconds`, timeoutSeconds, why));
  }
  oneOf('reinvocationPolicy', webhook.reinvocationPolicy, ['IfNeeded', 'Never']);
  for (const field of ['namespaceSelector', 'objectSelector'] as const) {
    errors.push(...validateLabelSelector(webhook[field], `${path}.${field}`));
  }
  errors.push(
    ...hookClientErrors(webhook.clientConfig ?? {}, `${path}.clientConfig`),
    ...matchConditionErrors(webhook.matchConditions ?? [], `${path}.matchConditions`),
    ...versionErrors(webhook.admissionReviewVersions ?? [], path),
  );
  const isTwice = all.findIndex((other) => other.name === name) < index;
  return isTwice && name !== '' ? [...errors, duplicate(`${path}.name`, name)] : errors;
}

function nameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [required(field)];
  if (isDns1123Subdomain(name).length > 0) {
    return isDns1123Subdomain(name).map((message) => invalid(field, name, message));
  }
  if (name.split('.').length >= 3) return [];
  return [
    invalid(field, name, 'should be a domain with at least three segments separated by dots'),
  ];
}

function versionErrors(versions: readonly string[], path: string): FieldError[] {
  const field = `${path}.admissionReviewVersions`;
  const known = REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) return [required(field, `must specify one of ${known}`)];
  const errors = versions.flatMap((version, i) => {
    const isTwice = versions.indexOf(version) < i;
    const faults = isTwice ? ['duplicate version'] : isDns1035Label(version);
    return faults.map((why) => invalid(`${field}[${i}]`, version, why));
  });
  if (versions.some((version) => REVIEW_VERSIONS.includes(version))) return errors;
  return [...errors, invalid(field, versions, `must include at least one of ${known}`)];
}
