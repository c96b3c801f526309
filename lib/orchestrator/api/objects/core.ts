/** Small core kinds: configuration, accounts, namespaces, classes, quotas. */
import type { KubeObject, ObjectMeta, StringMap } from '../object';
import type { ResourceList } from './pod';

type Namespaced = ObjectMeta & { readonly namespace: string };

export interface ConfigMap extends KubeObject {
  readonly kind: 'ConfigMap';
  readonly metadata: Namespaced;
  readonly data?: StringMap;
  readonly binaryData?: StringMap;
  readonly immutable?: boolean;
}

export interface Secret extends KubeObject {
  readonly kind: 'Secret';
  readonly metadata: Namespaced;
  readonly type: string;
  readonly data?: StringMap;
}

export interface Namespace extends KubeObject {
  readonly kind: 'Namespace';
  readonly spec: { readonly finalizers?: readonly string[] };
  readonly status: {
    readonly phase: 'Active' | 'Terminating';
    readonly conditions?: readonly unknown[];
  };
}

export interface ServiceAccount extends KubeObject {
  readonly kind: 'ServiceAccount';
  readonly metadata: Namespaced;
  readonly automountServiceAccountToken?: boolean;
  readonly imagePullSecrets?: readonly { name: string }[];
}

export interface PriorityClass extends KubeObject {
  readonly kind: 'PriorityClass';
  readonly value: number;
  readonly globalDefault?: boolean;
  readonly preemptionPolicy: 'PreemptLowerPriority' | 'Never';
}

export interface ResourceQuota extends KubeObject {
  readonly kind: 'ResourceQuota';
  readonly metadata: Namespaced;
  readonly spec: {
    readonly hard?: ResourceList;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: unknown;
  };
  readonly status: { readonly hard?: ResourceList; readonly used?: ResourceList };
}

export interface LimitRange extends KubeObject {
  readonly kind: 'LimitRange';
  readonly metadata: Namespaced;
  readonly spec: {
    readonly limits: readonly {
      readonly type: string;
      readonly max?: ResourceList;
      readonly min?: ResourceList;
      readonly default?: ResourceList;
      readonly defaultRequest?: ResourceList;
      readonly maxLimitRequestRatio?: ResourceList;
    }[];
  };
}
