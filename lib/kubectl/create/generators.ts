/** What `kubectl create` makes out of flags, by the words that ask for it. */
import type { Generator } from './arguments';
import {
  configMap,
  genericSecret,
  namespace,
  quota,
  registrySecret,
  serviceAccount,
  tlsSecret,
} from './configuration';
import { ingress } from './ingress';
import { disruptionBudget, priorityClass } from './policies';
import { clusterRole, clusterRoleBinding, role, roleBinding } from './roles';
import {
  clusterIpService,
  externalNameService,
  loadBalancerService,
  nodePortService,
} from './services';
import { cronJob, deployment, job } from './workloads';

/** By the name of the resource and its short names. */
export const generators: ReadonlyMap<string, Generator> = new Map([
  ['clusterrole', clusterRole],
  ['clusterrolebinding', clusterRoleBinding],
  ['cm', configMap],
  ['configmap', configMap],
  ['cj', cronJob],
  ['cronjob', cronJob],
  ['deploy', deployment],
  ['deployment', deployment],
  ['ing', ingress],
  ['ingress', ingress],
  ['job', job],
  ['namespace', namespace],
  ['ns', namespace],
  ['pc', priorityClass],
  ['pdb', disruptionBudget],
  ['poddisruptionbudget', disruptionBudget],
  ['priorityclass', priorityClass],
  ['quota', quota],
  ['resourcequota', quota],
  ['role', role],
  ['rolebinding', roleBinding],
  ['sa', serviceAccount],
  ['serviceaccount', serviceAccount],
]);

const services: ReadonlyMap<string, Generator> = new Map([
  ['clusterip', clusterIpService],
  ['externalname', externalNameService],
  ['loadbalancer', loadBalancerService],
  ['nodeport', nodePortService],
]);

/** Of commands with one more word. */
export const typedGenerators: ReadonlyMap<string, ReadonlyMap<string, Generator>> = new Map([
  [
    'secret',
    new Map([
      ['docker-registry', registrySecret],
      ['generic', genericSecret],
      ['tls', tlsSecret],
    ]),
  ],
  ['service', services],
  ['svc', services],
]);
