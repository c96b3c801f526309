/** Which construct or file an object in the cluster came from. */
import type { KubeObject } from '../../orchestrator/api/object';
import type { SourcedManifest } from '../../testing/manifest-source';

export interface Origin {
  /** Path of the construct: `shop/web`. */
  readonly construct?: string;
  /** `shop.k8s.yaml:44` */
  readonly file?: string;
}

export class Origins {
  private readonly byIdentity = new Map<string, Origin>();

  constructor(objects: readonly SourcedManifest[]) {
    for (const { manifest, construct, file } of objects) {
      const { name, namespace } = (manifest['metadata'] ?? {}) as Named;
      const origin = { ...(construct ? { construct } : {}), ...(file ? { file } : {}) };
      this.byIdentity.set(identity(String(manifest['kind']), namespace, name), origin);
    }
  }

  of({ kind, metadata }: Pick<KubeObject, 'kind' | 'metadata'>): Origin {
    const { name, namespace } = metadata;
    return (
      this.byIdentity.get(identity(kind, namespace, name)) ??
      // Objects that name no namespace are put into the default one.
      (namespace === 'default'
        ? this.byIdentity.get(identity(kind, undefined, name))
        : undefined) ??
      {}
    );
  }
}

interface Named {
  readonly name?: string;
  readonly namespace?: string;
}

const identity = (kind: string, namespace = '', name = ''): string =>
  `${kind}/${namespace}/${name}`;
