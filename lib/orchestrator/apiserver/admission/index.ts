/** The admission steps in Kubernetes' order, which is behaviour: mutations run in it, then checks. */
import type { AdmissionStep } from './admission';
import { defaultIngressClass } from './default-ingress-class';
import { defaultTolerationSeconds } from './default-toleration-seconds';
import { limitRanger } from './limit-ranger';
import { namespaceLifecycle } from './namespace-lifecycle';
import { taintNodesByCondition } from './node-taints';
import { podSecurityLabels } from './pod-security-labels';
import { priority } from './priority';
import { resourceQuota } from './resource-quota';
import { roleEscalation } from './role-escalation';
import { runtimeClass } from './runtime-class';
import { serviceAccount } from './service-account';
import { serviceAddresses } from './service-addresses';
import { defaultStorageClass, storageObjectInUseProtection } from './storage';

export const admission: readonly AdmissionStep[] = [
  namespaceLifecycle,
  limitRanger,
  serviceAccount,
  taintNodesByCondition,
  podSecurityLabels,
  priority,
  defaultTolerationSeconds,
  defaultStorageClass,
  storageObjectInUseProtection,
  runtimeClass,
  defaultIngressClass,
  serviceAddresses,
  roleEscalation,
  resourceQuota,
];
