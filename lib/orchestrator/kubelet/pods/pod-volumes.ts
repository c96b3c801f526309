/**
 * Sets up a pod's volumes before its containers may start: ConfigMaps and Secrets have to exist,
 * claims have to be bound and their volumes attached to this node. Stands for the kubelet's
 * volume manager and the attach part of the attach/detach controller.
 * FIDELITY: VolumeAttachment objects are not written, and the summary event "Unable to attach or
 * mount volumes" after 2m3s of waiting is left out; the event of the volume itself tells why.
 */
import type { PersistentVolume, PersistentVolumeClaim, Volume } from '../../api/objects';
import { EventRecorder } from '../../client';
import { missingObject } from '../containers/environment';
import type { KubeletContext } from '../kubelet-context';
import type { PodRecord } from './pod-record';
import type { VolumeAttachments } from './volume-attachments';

const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 122_000;
const CLAIM_POLL_MS = 300;
const READ_WRITE_ONCE = new Set(['ReadWriteOnce', 'ReadWriteOncePod']);

interface Problem {
  readonly reason: 'FailedMount' | 'FailedAttachVolume' | undefined;
  readonly message: string;
}

export class PodVolumes {
  private attachRecorder: EventRecorder | undefined;

  constructor(
    private readonly context: KubeletContext,
    private readonly attachments: VolumeAttachments,
  ) {}

  hasAny(record: PodRecord): boolean {
    return (record.pod.spec.volumes?.length ?? 0) > 0;
  }

  isMissing(record: PodRecord): boolean {
    return this.problem(record) !== undefined;
  }

  /** Mounts what the pod needs; the milliseconds until the next try if that is not possible. */
  mount(record: PodRecord): number | undefined {
    if (!this.hasAny(record)) return undefined;
    const problem = this.problem(record);
    if (problem === undefined) {
      record.mountFailures = 0;
      return undefined;
    }
    if (problem.reason === undefined) return CLAIM_POLL_MS;
    const recorder =
      problem.reason === 'FailedMount' ? this.context.recorder : this.controllerRecorder();
    recorder.event(record.pod, 'Warning', problem.reason, problem.message);
    return Math.min(FIRST_RETRY_MS * 2 ** record.mountFailures++, LONGEST_RETRY_MS);
  }

  /** The pod has ended: its volumes can be attached elsewhere. */
  release(record: PodRecord): void {
    for (const name of record.attached) {
      this.attachments.detach(name, this.context.nodeName, record.uid);
    }
    record.attached.length = 0;
  }

  private problem(record: PodRecord): Problem | undefined {
    for (const volume of record.pod.spec.volumes ?? []) {
      const missing = this.missingSource(record, volume);
      if (missing !== undefined) {
        const message = `MountVolume.SetUp failed for volume "${volume.name}" : ${missing}`;
        return { reason: 'FailedMount', message };
      }
      const problem = this.claimProblem(record, volume);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private missingSource(record: PodRecord, volume: Volume): string | undefined {
    const { namespace } = record.pod.metadata;
    const { configMap, secret, projected } = volume;
    const { context } = this;
    const named = (
      name: string,
      optional: boolean | undefined,
    ): { name: string; optional: boolean } => ({
      name,
      optional: optional === true,
    });
    if (configMap !== undefined) {
      return missingObject(
        context,
        'configmap',
        namespace,
        named(configMap.name, configMap.optional),
      );
    }
    if (secret !== undefined) {
      return missingObject(context, 'secret', namespace, named(secret.secretName, secret.optional));
    }
    for (const source of projected?.sources ?? []) {
      const part = source as {
        configMap?: { name: string; optional?: boolean };
        secret?: { name: string; optional?: boolean };
      };
      // Every namespace has the cluster's root certificate; its controller is not modelled here.
      if (part.configMap?.name === 'kube-root-ca.crt') continue;
      const missing =
        missingObject(context, 'configmap', namespace, part.configMap) ??
        missingObject(context, 'secret', namespace, part.secret);
      if (missing !== undefined) return missing;
    }
    return undefined;
  }

  /** A claim that is not bound is waited for in silence; a volume in use elsewhere is told of. */
  private claimProblem(record: PodRecord, volume: Volume): Problem | undefined {
    if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
      return undefined;
    }
    const claim = this.claimOf(record, volume);
    const volumeName = claim?.spec.volumeName;
    if (claim === undefined || volumeName === undefined || claim.status.phase !== 'Bound') {
      return { reason: undefined, message: '' };
    }
    const { client, nodeName } = this.context;
    const pv = client.tryGet<PersistentVolume>('persistentvolumes', undefined, volumeName);
    const exclusive = (pv?.spec.accessModes ?? claim.spec.accessModes).every((mode) =>
      READ_WRITE_ONCE.has(mode),
    );
    const { namespace, name } = record.pod.metadata;
    const holder = { uid: record.uid, namespace, name };
    const users = this.attachments.attach(this.context, volumeName, nodeName, holder, exclusive);
    if (users === undefined) {
      if (!record.attached.includes(volumeName)) record.attached.push(volumeName);
      return undefined;
    }
    const why =
      users.length > 0
        ? `Volume is already used by pod(s) ${users.join(', ')}`
        : "Volume is already exclusively attached to one node and can't be attached to another";
    return {
      reason: 'FailedAttachVolume',
      message: `Multi-Attach error for volume "${volumeName}" ${why}`,
    };
  }

  private claimOf(record: PodRecord, volume: Volume): PersistentVolumeClaim | undefined {
    const { namespace, name } = record.pod.metadata;
    const claimName =
      volume.persistentVolumeClaim?.claimName ??
      (volume.ephemeral === undefined ? undefined : `${name}-${volume.name}`);
    if (claimName === undefined || !this.context.client.isConnected) return undefined;
    return this.context.client.tryGet('persistentvolumeclaims', namespace, claimName);
  }

  private controllerRecorder(): EventRecorder {
    this.attachRecorder ??= new EventRecorder(this.context.client, 'attachdetach-controller');
    return this.attachRecorder;
  }
}
