/**
 * Deployment and StatefulSet of cdk8s-plus that are selected by readable labels. By itself
 * cdk8s-plus selects pods by a hash of the construct's path, so that moving a construct in the tree
 * changes a selector, which the API server refuses.
 */
import { ApiObjectMetadataDefinition } from 'cdk8s';
import type { DeploymentProps, PodSelectorConfig, StatefulSetProps } from 'cdk8s-plus-27';
import { Deployment, LabelSelector, StatefulSet } from 'cdk8s-plus-27';
import type { Construct } from 'constructs';
import type { Labels } from './labels';

/** A Deployment whose pods are selected by the given labels. */
export class LabelledDeployment extends Deployment {
  private template?: ApiObjectMetadataDefinition;

  constructor(
    scope: Construct,
    id: string,
    private readonly selector: Labels,
    private readonly templateProps: DeploymentProps,
  ) {
    super(scope, id, { ...templateProps, select: false });
    this.select(LabelSelector.of({ labels: selector }));
  }

  /** The metadata of the pods. */
  override get podMetadata(): ApiObjectMetadataDefinition {
    this.template ??= new ApiObjectMetadataDefinition({
      ...this.templateProps.podMetadata,
      apiObject: this.apiObject,
    });
    return this.template;
  }

  /** How other constructs of cdk8s-plus select these pods. */
  override toPodSelectorConfig(): PodSelectorConfig {
    return podSelectorConfig(this.selector, this.metadata.namespace);
  }
}

/** A StatefulSet whose pods are selected by the given labels. */
export class LabelledStatefulSet extends StatefulSet {
  private template?: ApiObjectMetadataDefinition;

  constructor(
    scope: Construct,
    id: string,
    private readonly selector: Labels,
    private readonly templateProps: StatefulSetProps,
  ) {
    super(scope, id, { ...templateProps, select: false });
    this.select(LabelSelector.of({ labels: selector }));
    this.service.select(this);
  }

  /** The metadata of the pods. */
  override get podMetadata(): ApiObjectMetadataDefinition {
    this.template ??= new ApiObjectMetadataDefinition({
      ...this.templateProps.podMetadata,
      apiObject: this.apiObject,
    });
    return this.template;
  }

  /** How other constructs of cdk8s-plus select these pods. */
  override toPodSelectorConfig(): PodSelectorConfig {
    // The base class asks once before this one knows its labels; the constructor makes up for it.
    return podSelectorConfig(this.selector ?? {}, this.metadata.namespace);
  }
}

function podSelectorConfig(labels: Labels, namespace: string | undefined): PodSelectorConfig {
  return {
    labelSelector: LabelSelector.of({ labels }),
    namespaces: namespace === undefined ? undefined : { names: [namespace] },
  };
}
