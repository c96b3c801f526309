/** What an autoscaler scales, seen through its scale subresource. */
import { kinds } from '../../api/kinds';
import type { KubeObject } from '../../api/object';
import type { HorizontalPodAutoscaler } from '../../api/objects';
import type { Client } from '../../client';
import { customResourceOf, definitionsOf } from '../framework/custom-resources';

interface Scale extends KubeObject {
  readonly spec: { readonly replicas?: number };
  readonly status: { readonly replicas: number; readonly selector?: string };
}

/** The version does not matter: any of the kind's will do. */
function builtIn(group: string, kind: string): string | undefined {
  const found = kinds.find((one) => one.kind === kind && one.group === group);
  if (found === undefined) return undefined;
  return group === '' ? found.plural : `${found.plural}.${group}`;
}

function custom(client: Client, group: string, kind: string): string | undefined {
  for (const definition of definitionsOf(client).list()) {
    const found = customResourceOf(definition);
    if (found?.group === group && found.kind === kind) return found.resource;
  }
  return undefined;
}

export class ScaleTarget {
  private constructor(
    private readonly client: Client,
    private readonly resource: string,
    private readonly scale: Scale,
  ) {}

  /** @throws Error if no such kind is known, ApiStatusError if there is no such object */
  static of(client: Client, hpa: HorizontalPodAutoscaler): ScaleTarget {
    const { kind, name, apiVersion = '' } = hpa.spec.scaleTargetRef;
    const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
    const resource = builtIn(group, kind) ?? custom(client, group, kind);
    if (resource === undefined) {
      throw new Error(`no matches for kind "${kind}" in group "${group}"`);
    }
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
