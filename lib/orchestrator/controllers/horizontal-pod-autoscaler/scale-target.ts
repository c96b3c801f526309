/** What an autoscaler scales, seen through its scale subresource. */
import { kindNamed } from '../../api/kinds';
import type { KubeObject } from '../../api/object';
import type { HorizontalPodAutoscaler } from '../../api/objects';
import type { Client } from '../../client';

interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

export class ScaleTarget {
  private constructor(
    private readonly client: Client,
    private readonly resource: string,
    private readonly scale: Scale,
  ) {}

  /** @throws Error if no such kind is known, ApiStatusError if there is no such object */
  static of(client: Client, hpa: HorizontalPodAutoscaler): ScaleTarget {
    const { kind, name, apiVersion } = hpa.spec.scaleTargetRef;
    const definition = kindNamed(kind);
    if (definition === undefined) {
      throw new Error(`no matches for kind "${kind}" in group "${apiVersion ?? ''}"`);
    }
    const { group, plural } = definition;
    const resource = group ? `${plural}.${group}` : plural;
    const { namespace } = hpa.metadata;
    const scale = client.subresource<Scale>('get', resource, namespace, name, 'scale');
    return new ScaleTarget(client, resource, scale);
  }

  get replicas(): number {
    return this.scale.spec.replicas ?? 0;
  }

  /** The selector of its pods as text, if it says one. */
  get selector(): string | undefined {
    return this.scale.status.selector;
  }

  /** @throws ApiStatusError if the API server refuses */
  resize(replicas: number): void {
    const { namespace, name } = this.scale.metadata;
    const body = { ...this.scale, spec: { ...this.scale.spec, replicas } };
    this.client.subresource('update', this.resource, namespace, name, 'scale', body);
  }
}
