/**
 * What a watcher of a cluster wrote down: one change of one object a record. Recordings of real
 * clusters and of ours have this one form; only the fields that comparisons read are named.
 */

export interface RecordedCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface RecordedOwner {
  readonly kind: string;
  readonly name: string;
  readonly controller?: boolean;
}

export interface RecordedReference {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface RecordedMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly ownerReferences?: readonly RecordedOwner[];
  readonly finalizers?: readonly string[];
}

export interface RecordedSpec {
  readonly replicas?: number;
  readonly nodeName?: string;
  readonly unschedulable?: boolean;
  readonly containers?: readonly { readonly image?: string }[];
  readonly taints?: readonly { readonly key: string; readonly effect: string }[];
}

export interface RecordedStatus {
  readonly conditions?: readonly RecordedCondition[];
  readonly phase?: string;
  readonly qosClass?: string;
  readonly used?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export interface RecordedEndpointConditions {
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
}

export interface RecordedPort {
  readonly name?: string;
  readonly port?: number;
  readonly protocol?: string;
}

export interface RecordedObject {
  readonly kind: string;
  readonly metadata: RecordedMetadata;
  readonly spec?: RecordedSpec;
  readonly status?: RecordedStatus;
  /** Of an EndpointSlice. */
  readonly endpoints?: readonly { readonly conditions?: RecordedEndpointConditions }[];
  readonly ports?: readonly RecordedPort[];
  readonly addressType?: string;
  /** Of an Event. */
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly count?: number;
  readonly series?: { readonly count?: number };
  readonly involvedObject?: RecordedReference;
  readonly regarding?: RecordedReference;
}

export interface WatchRecord {
  /** Milliseconds since the recording began. */
  readonly t: number;
  /** `ADDED`, `MODIFIED`, `DELETED`; bookmarks and errors are not compared. */
  readonly type: string;
  readonly object: RecordedObject;
}
