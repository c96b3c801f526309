/** What a file or variable takes from its own pod (the downward API), as clients send it. */
export interface DraftFieldRef {
  readonly apiVersion?: string;
  readonly fieldPath?: string;
}

export interface DraftResourceFieldRef {
  readonly containerName?: string;
  readonly resource?: string;
  readonly divisor?: string | number;
}
