/** A cluster with simulated programs, and kubectl on it. */
import { runKubectl, type KubectlResult } from '../../lib/kubectl/kubectl';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';
import type { ClusterOptions } from '../../lib/orchestrator/cluster/cluster-options';

export interface OnCluster {
  readonly cluster: Cluster;
  /** Runs a command: what it prints, what it complains of, and its exit code. */
  kubectl(line: string, stdin?: string, files?: Readonly<Record<string, string>>): KubectlResult;
  /** What a command prints on stdout; it must not fail. */
  printed(line: string, stdin?: string): string;
}

export function onCluster(options: ClusterOptions = {}): OnCluster {
  const cluster = new Cluster({ nodesPerZone: 1, ...options });
  const kubectl: OnCluster['kubectl'] = (line, stdin = '', files = {}) =>
    runKubectl(cluster, line, { stdin, files });
  const printed = (line: string, stdin = ''): string => {
    const { stdout, stderr, exitCode } = kubectl(line, stdin);
    if (exitCode !== 0) throw new Error(`${line}: ${stderr}`);
    return stdout;
  };
  printed('wait --for=condition=Ready node --all');
  printed('wait --for=create serviceaccount/default');
  return { cluster, kubectl, printed };
}
