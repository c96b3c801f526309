/** Runs the admission steps over a request: the mutating pass, and later the validating one. */
import type { KindDefinition } from '../../api/kind';
import { resourceNameOf } from '../resource-registry';
import type { ServerContext } from '../server-context';
import type { AdmissionRequest, AdmissionStep } from './admission';

/** The steps that look at one verb on one kind: most look at few, and every write asks. */
interface Plan {
  readonly mutating: readonly AdmissionStep[];
  readonly validating: readonly AdmissionStep[];
}

type Plans = WeakMap<KindDefinition, Map<AdmissionRequest['verb'], Plan>>;

const plansOf = new WeakMap<readonly AdmissionStep[], Plans>();

export function admit(request: AdmissionRequest, server: ServerContext): void {
  for (const step of planFor(server.admission, request).mutating) step.mutate!(request, server);
}

export function check(request: AdmissionRequest, server: ServerContext): void {
  for (const step of planFor(server.admission, request).validating) {
    step.validate!(request, server);
  }
}

function planFor(steps: readonly AdmissionStep[], { kind, verb }: AdmissionRequest): Plan {
  let plans = plansOf.get(steps);
  if (plans === undefined) plansOf.set(steps, (plans = new WeakMap()));
  let byVerb = plans.get(kind);
  if (byVerb === undefined) plans.set(kind, (byVerb = new Map()));
  let plan = byVerb.get(verb);
  if (plan === undefined) {
    const resource = resourceNameOf(kind);
    const concerned = steps.filter(
      ({ verbs, resources }) =>
        verbs?.includes(verb) !== false && resources?.includes(resource) !== false,
    );
    plan = {
      mutating: concerned.filter(({ mutate }) => mutate !== undefined),
      validating: concerned.filter(({ validate }) => validate !== undefined),
    };
    byVerb.set(verb, plan);
  }
  return plan;
}
