/** Events: what components tell people about an object. */
import type { KubeObject, ObjectMeta } from '../object';

export interface ObjectReference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly uid?: string;
  readonly apiVersion?: string;
  readonly resourceVersion?: string;
  readonly fieldPath?: string;
}

export interface Event extends KubeObject {
  readonly kind: 'Event';
  readonly metadata: ObjectMeta & { readonly namespace: string };
  readonly involvedObject: ObjectReference;
  readonly reason: string;
  readonly message: string;
  readonly type: 'Normal' | 'Warning';
  readonly source: { readonly component?: string; readonly host?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  readonly count?: number;
  readonly eventTime?: string | null;
  readonly action?: string;
  readonly series?: { readonly count: number; readonly lastObservedTime: string };
  readonly reportingComponent: string;
  readonly reportingInstance: string;
}
