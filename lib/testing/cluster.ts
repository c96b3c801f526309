/**
 * The cluster that tests hold: deploy to it, let virtual time pass, make things fail, and look at
 * what happened. Everything is synchronous; there is nothing to await.
 */
import { Cluster as Core } from '../orchestrator/cluster/cluster';
import {
  administrator,
  applyObjects,
  type AppliedObject,
} from '../orchestrator/cluster/apply-objects';
import type { ClusterOptions } from '../orchestrator/cluster/cluster-options';
import type { KubeObject } from '../orchestrator/api/object';
import { isTrue, type Node } from '../orchestrator/api/objects';
import { runKubectl } from '../kubectl/kubectl';
import { durationMs, formatDuration } from '../orchestrator/sim';
import { DeployError } from './deploy-error';
import type { Duration } from './duration';
import { Failures } from './fail';
import { placeOf } from './handles/find-object';
import { Handle } from './handles/handle';
import { PodHandle } from './handles/pod-handle';
import { WorkloadHandle } from './handles/workload-handle';
import { manifestsOf, type ManifestSource, type SourcedManifest } from './manifest-source';
import { isSettled } from './settled';
import { startTraffic, type TrafficHandle, type TrafficProps } from './traffic';
import { UsageError } from './usage-error';

/** How long nothing may change before the cluster counts as quiet. */
const QUIET_MS = 1000;

/** Commands that look and do not touch. */
const READ_ONLY =
  /^\s*(kubectl\s+)?(get|describe|top|wait|logs|events|explain|diff|version|auth|api-\w+|rollout\s+(status|history))\b/;

/** Commands whose exit code is an answer: that there are differences, that somebody may not. */
const ANSWERS = /^\s*(kubectl\s+)?(diff|auth\s+can-i)\b/;

/** Where an object came from, for failure messages. */
export interface Origin {
  /** Path of the construct that made it. @default - none: it came as YAML or as an object */
  readonly construct?: string;
  /** File and line that it was read from. @default - none: it came as a construct or an object */
  readonly file?: string;
}

/**
 * A Kubernetes cluster in this process, on virtual time: deploy to it, let time pass, make things
 * fail, and look at what happened. Nothing is to be awaited.
 *
 * @example
 * const cluster = Cluster.create({ nodesPerZone: 2 });
 * cluster.deploy(chart);
 * expect(cluster).toSettle({ within: '2m' });
 */
export class Cluster {
  /** The orchestrator below: API server, clock, trace. */
  readonly core: Core;
  /** Makes things fail: `cluster.fail.zone('b')`. */
  readonly fail: Failures;
  private readonly origins = new Map<string, Origin>();
  private changedAt = 0;

  private constructor(
    /** What it was created with. */
    readonly options: ClusterOptions,
  ) {
    this.core = new Core(options);
    this.fail = new Failures(this);
  }

  /**
   * A cluster that is up: its nodes are Ready.
   * @param options zones, nodes, seed and more; by default 3 zones of one node with 4 CPU and 16Gi
   */
  static create(options: ClusterOptions = {}): Cluster {
    const cluster = new Cluster(options);
    const { core } = cluster;
    core.runUntil(() => nodesAreReady(core), 60_000);
    cluster.markChange();
    return cluster;
  }

  /** Virtual milliseconds since the cluster was created. */
  get now(): number {
    return this.core.now;
  }

  /** Virtual time of the last thing that the test itself changed. */
  get lastChangeAt(): number {
    return this.changedAt;
  }

  /**
   * Applies manifests as `kubectl apply --server-side` would.
   * @param source a cdk8s Chart or App, YAML text, a path, or objects
   * @throws DeployError naming every object that the API server refused, its field and its construct
   */
  deploy(source: ManifestSource): AppliedObject[] {
    const sourced = manifestsOf(source);
    this.markChange();
    const results = applyObjects(
      this.core.api,
      sourced.map(({ manifest }) => manifest),
      (ms) => this.core.advance(ms),
    );
    const refused: { result: AppliedObject; origin: SourcedManifest }[] = [];
    results.forEach((result, i) => {
      if (result.object === undefined) refused.push({ result, origin: sourced[i]! });
      else this.remember(result.object, sourced[i]!);
    });
    if (refused.length > 0) throw new DeployError(refused);
    return results;
  }

  /**
   * Runs a kubectl command in process: `cluster.kubectl('get pods -o wide')`. Commands that wait
   * (`rollout status`, `drain`, `wait`) let virtual time pass.
   * @returns what it prints; warnings and errors too, as a terminal shows them
   * @throws UsageError if it fails, with what it printed
   */
  kubectl(commandLine: string, options: { stdin?: string } = {}): string {
    if (!READ_ONLY.test(commandLine)) this.markChange();
    const { stdout, stderr, exitCode } = runKubectl(this.core, commandLine, options);
    const isAnswer = ANSWERS.test(commandLine) && stdout !== '';
    if (exitCode !== 0 && !isAnswer) {
      throw new UsageError(`kubectl ${commandLine}: ${stderr || stdout}`);
    }
    return stdout + stderr;
  }

  /**
   * Starts requests to a service at this instant.
   * @throws UsageError if there is no such service
   */
  traffic(props: TrafficProps): TrafficHandle {
    return startTraffic(this, props);
  }

  /**
   * Lets virtual time pass.
   * @param duration a text such as `'1m30s'`, or milliseconds
   */
  advance(duration: Duration): this {
    this.core.advance(durationMs(duration));
    return this;
  }

  /** Lets virtual time pass until the condition holds; false if it does not within that time. */
  runUntil(condition: () => boolean, options: { within: Duration }): boolean {
    return this.core.runUntil(condition, durationMs(options.within));
  }

  /**
   * Lets virtual time pass until every workload is as it should be and nothing changes any more.
   * @returns whether that came to be
   * @default within 10 minutes
   */
  settle(options: { within?: Duration } = {}): boolean {
    const end = this.now + durationMs(options.within ?? '10m');
    while (this.now < end) {
      if (!this.core.runUntil(() => isSettled(this.core), end - this.now)) return false;
      const revision = this.core.api.store.revision;
      this.core.advance(QUIET_MS);
      if (isSettled(this.core) && this.onlyHeartbeatsSince(revision)) return true;
    }
    return isSettled(this.core);
  }

  /**
   * A Deployment by name.
   * @param namespace needed only if there are several of that name
   * @throws UsageError if there is none, or several and no namespace is given
   */
  deployment(name: string, namespace?: string): WorkloadHandle {
    return this.workload('deployments.apps', name, namespace);
  }

  /** A StatefulSet by name; see {@link Cluster.deployment}. */
  statefulSet(name: string, namespace?: string): WorkloadHandle {
    return this.workload('statefulsets.apps', name, namespace);
  }

  /** A DaemonSet by name; see {@link Cluster.deployment}. */
  daemonSet(name: string, namespace?: string): WorkloadHandle {
    return this.workload('daemonsets.apps', name, namespace);
  }

  /** A pod by name, also one that is not there yet; see {@link Cluster.deployment}. */
  pod(name: string, namespace?: string): PodHandle {
    return new PodHandle(this, placeOf(this.core, 'pods', name, namespace));
  }

  /** A Service by name; see {@link Cluster.deployment}. */
  service(name: string, namespace?: string): Handle {
    return new Handle(this, 'services', placeOf(this.core, 'services', name, namespace));
  }

  /** A node by name: `'a-1'` is the first one of zone a. */
  node(name: string): Handle {
    return new Handle(this, 'nodes', placeOf(this.core, 'nodes', name, undefined));
  }

  /** A HorizontalPodAutoscaler by name; see {@link Cluster.deployment}. */
  autoscaler(name: string, namespace?: string): Handle {
    const resource = 'horizontalpodautoscalers.autoscaling';
    return new Handle(this, resource, placeOf(this.core, resource, name, namespace));
  }

  /** Any object by resource (`poddisruptionbudgets.policy`) and name. */
  object(resource: string, name: string, namespace?: string): Handle {
    return new Handle(this, resource, placeOf(this.core, resource, name, namespace));
  }

  /** All objects of a resource, in key order. */
  list<T extends KubeObject>(resource: string, namespace?: string): T[] {
    return this.core.api.list<T>(resource, namespace === undefined ? {} : { namespace }).items;
  }

  /** Where an object came from, as far as deploy() was told. */
  originOf(object: KubeObject): Origin {
    return this.origins.get(identityOf(object)) ?? {};
  }

  /** Notes that the test changes something now: what happens from here on is its doing. */
  markChange(): void {
    this.changedAt = this.now;
  }

  /** Administrator's requests, for what has no method of its own. */
  get requester(): typeof administrator {
    return administrator;
  }

  /** `cluster (3 nodes) at +2.0s` */
  toString(): string {
    return `cluster (${this.core.nodes.length} nodes) at +${formatDuration(this.now)}`;
  }

  private workload(resource: string, name: string, namespace?: string): WorkloadHandle {
    return new WorkloadHandle(this, resource, placeOf(this.core, resource, name, namespace));
  }

  private remember(object: KubeObject, { construct, file }: SourcedManifest): void {
    const origin = { ...(construct ? { construct } : {}), ...(file ? { file } : {}) };
    this.origins.set(identityOf(object), origin);
  }

  private onlyHeartbeatsSince(revision: number): boolean {
    const writes = this.core.trace.of<{ type: 'write'; resource: string; revision: number }>(
      'write',
    );
    for (let i = writes.length - 1; i >= 0; i--) {
      const { fact } = writes[i]!;
      if (fact.revision <= revision) return true;
      if (fact.resource !== 'nodes' && fact.resource !== 'events') return false;
    }
    return true;
  }
}

const identityOf = (object: KubeObject): string =>
  `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`;

/** Ready, and free of the taints that keep pods off a node that has just come. */
function nodesAreReady(core: Core): boolean {
  return core.nodes.every(({ name, taints = [] }) => {
    const node = core.api.tryGet<Node>('nodes', undefined, name);
    if (node === undefined || !isTrue(node, 'Ready')) return false;
    return (node.spec.taints?.length ?? 0) <= taints.length;
  });
}
