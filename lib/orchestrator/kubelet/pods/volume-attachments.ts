/**
 * Which node each volume is attached to, and for which pods: the attach/detach controller's view
 * of the world, shared by all kubelets of a cluster. A volume of a node that does not answer is
 * let go six minutes after its pods are gone, or at once if the node is marked out of service.
 */
import type { Node, Pod } from '../../api/objects';
import type { Client } from '../../client';
import type { Clock } from '../../sim';

const FORCE_DETACH_MS = 360_000;
const OUT_OF_SERVICE = 'node.kubernetes.io/out-of-service';

export interface VolumeUser {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

interface Attachment {
  readonly users: Map<string, VolumeUser>;
  /** When it was first seen that none of the users exists any more. */
  abandonedAt: number | undefined;
}

export class VolumeAttachments {
  private readonly volumes = new Map<string, Map<string, Attachment>>();

  /**
   * Attaches a volume to a node for a pod. If an exclusive volume is held by another node, the
   * names of the pods that use it there (none if they are gone).
   */
  attach(
    look: { readonly client: Client; readonly clock: Clock },
    volume: string,
    nodeName: string,
    user: VolumeUser,
    exclusive: boolean,
  ): string[] | undefined {
    let nodes = this.volumes.get(volume);
    if (nodes === undefined) this.volumes.set(volume, (nodes = new Map<string, Attachment>()));
    if (exclusive) {
      for (const [other, attachment] of nodes) {
        if (other === nodeName) continue;
        const users = living(look.client, attachment);
        if (users.length > 0) return users.map(({ name }) => name);
        if (!mayForce(look, other, attachment)) return [];
        nodes.delete(other);
      }
    }
    let attachment = nodes.get(nodeName);
    if (attachment === undefined) {
      nodes.set(nodeName, (attachment = { users: new Map(), abandonedAt: undefined }));
    }
    attachment.users.set(user.uid, user);
    attachment.abandonedAt = undefined;
    return undefined;
  }

  detach(volume: string, nodeName: string, uid: string): void {
    const nodes = this.volumes.get(volume);
    const attachment = nodes?.get(nodeName);
    attachment?.users.delete(uid);
    if (attachment?.users.size === 0) nodes?.delete(nodeName);
  }
}

function living(client: Client, attachment: Attachment): VolumeUser[] {
  const users: VolumeUser[] = [];
  for (const user of attachment.users.values()) {
    const pod = client.tryGet<Pod>('pods', user.namespace, user.name);
    if (pod?.metadata.uid === user.uid) users.push(user);
  }
  return users;
}

function mayForce(
  { client, clock }: { readonly client: Client; readonly clock: Clock },
  nodeName: string,
  attachment: Attachment,
): boolean {
  const node = client.tryGet<Node>('nodes', undefined, nodeName);
  if (node === undefined) return true;
  if (node.spec.taints?.some(({ key }) => key === OUT_OF_SERVICE) === true) return true;
  attachment.abandonedAt ??= clock.now;
  return clock.now - attachment.abandonedAt >= FORCE_DETACH_MS;
}
