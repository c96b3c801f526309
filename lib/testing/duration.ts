/** How long something is to take, in virtual time. */

/** A duration: `'30s'`, `'1m30s'`, or milliseconds. */
export type Duration = string | number;
