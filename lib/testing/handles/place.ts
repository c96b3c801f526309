/** How an object is told from others of its kind. */

/** Where an object is. */
export interface Place {
  /** undefined for cluster-scoped objects. */
  readonly namespace: string | undefined;
  /** `metadata.name`. */
  readonly name: string;
}
