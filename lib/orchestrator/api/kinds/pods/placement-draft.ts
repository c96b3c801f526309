/** What clients say of where a pod may run: affinity, tolerations, topology spread. */
import type { LabelSelector } from '../../label-selector';

export interface DraftToleration {
  readonly key?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly effect?: string;
  readonly tolerationSeconds?: number;
}

export interface DraftNodeRequirement {
  readonly key?: string;
  readonly operator?: string;
  readonly values?: readonly string[];
}

export interface DraftNodeTerm {
  readonly matchExpressions?: readonly DraftNodeRequirement[];
  readonly matchFields?: readonly DraftNodeRequirement[];
}

export interface DraftPodAffinityTerm {
  readonly labelSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  readonly topologyKey?: string;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

export interface DraftPodAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly DraftPodAffinityTerm[];
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight?: number;
    readonly podAffinityTerm?: DraftPodAffinityTerm;
  }[];
}

export interface DraftNodeAffinity {
  readonly requiredDuringSchedulingIgnoredDuringExecution?: {
    readonly nodeSelectorTerms?: readonly DraftNodeTerm[];
  };
  readonly preferredDuringSchedulingIgnoredDuringExecution?: readonly {
    readonly weight?: number;
    readonly preference?: DraftNodeTerm;
  }[];
}

export interface DraftAffinity {
  readonly nodeAffinity?: DraftNodeAffinity;
  readonly podAffinity?: DraftPodAffinity;
  readonly podAntiAffinity?: DraftPodAffinity;
}

export interface DraftSpreadConstraint {
  readonly maxSkew?: number;
  readonly topologyKey?: string;
  readonly whenUnsatisfiable?: string;
  readonly labelSelector?: LabelSelector;
  readonly minDomains?: number;
  readonly nodeAffinityPolicy?: string;
  readonly nodeTaintsPolicy?: string;
  readonly matchLabelKeys?: readonly string[];
}
