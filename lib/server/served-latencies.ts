/** Delays of the control plane behind a server that a real kubectl asks in real time. */
import type { Latencies } from '../orchestrator/cluster/cluster-options';

/**
 * The recordings that the usual delays come from were made with the control plane and its clients
 * sharing two processors. Here kubectl has them for itself, and is as much faster; the control
 * plane must be, too, or scripts would overtake it. Real controllers at rest took 3 to 14 ms. The
 * first pods of a new ReplicaSet come when they were recorded to: what the same request of kubectl
 * brings besides, such as a budget, is looked at before them.
 */
export const SERVED_LATENCIES: Latencies = { controllersMs: 12, newReplicaSetMs: 8 };
