/**
 * What the binder does for a claim that no volume suits: it asks a provisioner for one, or says
 * in an event what the claim waits for.
 */
import { keyOf } from '../../api/object';
import type { PersistentVolumeClaim, Pod, StorageClass } from '../../api/objects';
import type { Client, EventRecorder, Informer } from '../../client';
import { NO_PROVISIONER, STORAGE_PROVISIONER } from './annotations';

export interface UnboundClaimContext {
  readonly client: Client;
  readonly events: EventRecorder;
  /** Indexed by the claims they use. */
  readonly pods: Informer<Pod>;
}

/**
 * The claim's class binds no volume before a pod needs one.
 * @param changedSince for a claim that came before any pod that uses it: whether it has changed
 *   since, which makes a real controller look twice
 */
export function sayWhatItWaitsFor(
  context: UnboundClaimContext,
  claim: PersistentVolumeClaim,
  changedSince: boolean | undefined,
): void {
  if (changedSince !== undefined) sayWaiting(context, claim, []);
  if (changedSince !== false) sayWaiting(context, claim, waitingPods(context, claim));
}

/** No class was given, and no volume suits. */
export function sayNothingSuits(
  { events }: UnboundClaimContext,
  claim: PersistentVolumeClaim,
): void {
  events.event(
    claim,
    'Normal',
    'FailedBinding',
    'no persistent volumes available for this claim and no storage class is set',
  );
}

/** @param storageClass what the claim's class name stands for; undefined if there is no such class */
export function provision(
  context: UnboundClaimContext,
  claim: PersistentVolumeClaim,
  className: string,
  storageClass: StorageClass | undefined,
): void {
  const { client, events } = context;
  if (storageClass === undefined) {
    const message = `storageclass.storage.k8s.io "${className}" not found`;
    events.event(claim, 'Warning', 'ProvisioningFailed', message);
    return;
  }
  const { provisioner } = storageClass;
  if (provisioner === NO_PROVISIONER) return sayNothingSuits(context, claim);
  const { annotations } = claim.metadata;
  if (annotations?.[STORAGE_PROVISIONER] !== provisioner) {
    const asked = {
      ...annotations,
      'volume.beta.kubernetes.io/storage-provisioner': provisioner,
      [STORAGE_PROVISIONER]: provisioner,
    };
    client.update<PersistentVolumeClaim>('persistentvolumeclaims', {
      ...claim,
      metadata: { ...claim.metadata, annotations: asked },
    });
  }
  events.event(
    claim,
    'Normal',
    'ExternalProvisioning',
    `Waiting for a volume to be created either by the external provisioner '${provisioner}' or ` +
      'manually by the system administrator. If volume creation is delayed, please verify that ' +
      'the provisioner is running and correctly registered.',
  );
}

function waitingPods({ pods }: UnboundClaimContext, claim: PersistentVolumeClaim): Pod[] {
  return [...pods.byIndex('claim', keyOf(claim)).values()].filter((pod) => !pod.spec.nodeName);
}

function sayWaiting(
  { events }: UnboundClaimContext,
  claim: PersistentVolumeClaim,
  pods: readonly Pod[],
): void {
  if (pods.length === 0) {
    const message = 'waiting for first consumer to be created before binding';
    events.event(claim, 'Normal', 'WaitForFirstConsumer', message);
    return;
  }
  const names = pods.map((pod) => pod.metadata.name).sort();
  const what = names.length === 1 ? `pod ${names[0]}` : `pods ${names.join(',')}`;
  const message = `waiting for ${what} to be scheduled`;
  events.event(claim, 'Normal', 'WaitForPodScheduled', message);
}
