/** A status condition as pods, nodes, deployments and others carry it. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
  readonly lastUpdateTime?: string;
  readonly lastHeartbeatTime?: string;
  readonly lastProbeTime?: string | null;
  readonly observedGeneration?: number;
}

export function conditionOf(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): Condition | undefined {
  const conditions = object.status?.conditions;
  if (conditions === undefined) return undefined;
  // By index: iterators of frozen arrays are made anew each time, and this is asked all the time.
  for (let i = 0; i < conditions.length; i++) {
    if (conditions[i]!.type === type) return conditions[i];
  }
  return undefined;
}

export function isTrue(
  object: { readonly status?: { readonly conditions?: readonly Condition[] } },
  type: string,
): boolean {
  return conditionOf(object, type)?.status === 'True';
}
