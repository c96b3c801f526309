/** The rules, the gravest first. */
import { containerRestarts } from './container-restarts';
import type { Findable, Finding, Rule } from './finding';
import { oneFailureDomain } from './one-failure-domain';
import { readinessMissing } from './readiness-missing';
import { serviceWithoutPods } from './service-without-pods';
import { singleReplica } from './single-replica';

export type { Finding } from './finding';

const rules: readonly Rule[] = [
  serviceWithoutPods,
  containerRestarts,
  singleReplica,
  oneFailureDomain,
  readinessMissing,
];

export const findingsOf = (findable: Findable): Finding[] =>
  rules.flatMap((rule) => rule.find(findable));
