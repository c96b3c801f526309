/** What the server fills in for kinds that have no other rules here, and which count changes. */
import type { Draft, KindDefinition } from '../kind';

type JsonMap = Readonly<Record<string, unknown>>;
type Rules = Partial<Pick<KindDefinition, 'applyDefaults' | 'generation' | 'unconditionalUpdate'>>;

const counted: Rules = { generation: 'content' };
const withEmptyStatus = (draft: Draft): void => void (draft['status'] ??= {});

/** Merges defaults below fields that are there. */
function fill(draft: Draft, field: string, values: JsonMap): void {
  draft[field] = { ...values, ...((draft[field] ?? {}) as JsonMap) };
}

function defaultedPolicy(draft: Draft): void {
  fill(draft, 'spec', { failurePolicy: 'Fail' });
  withEmptyStatus(draft);
  const spec = draft['spec'] as { matchConstraints?: JsonMap };
  const { matchConstraints: match } = spec;
  if (match === undefined) return;
  const rules = (list: unknown): JsonMap[] =>
    (list as JsonMap[]).map((rule) => ({ scope: '*', ...rule }));
  draft['spec'] = {
    ...spec,
    matchConstraints: {
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      ...match,
      ...(match['resourceRules'] === undefined
        ? {}
        : { resourceRules: rules(match['resourceRules']) }),
    },
  };
}

function defaultedApiService(draft: Draft): void {
  const spec = (draft['spec'] ?? {}) as { service?: JsonMap };
  if (spec.service) draft['spec'] = { ...spec, service: { port: 443, ...spec.service } };
  withEmptyStatus(draft);
}

const PLAIN: Readonly<Record<string, Rules>> = {
  apiservices: { applyDefaults: defaultedApiService },
  validatingadmissionpolicies: { ...counted, applyDefaults: defaultedPolicy },
};

export const plainRules = (plural: string): Rules => PLAIN[plural] ?? {};
