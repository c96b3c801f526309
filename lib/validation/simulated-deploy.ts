/**
 * What a simulated cluster has to say about manifests: which objects its API server refuses, and
 * which workloads never become available, in the words that kubectl would show.
 */
import { Cluster } from '../testing/cluster';
import { DeployError } from '../testing/deploy-error';
import { whyNotRolledOut, whyNotUpdated } from '../testing/settled';
import type { SimulationValidationProps } from './simulation-validation';
import type { Manifest } from './stand-ins';
import { namespacesOf, standInsFor } from './stand-ins';
import type { ValidationContext, ViolatingResource } from './validation-plugin';

type KubeObject = Parameters<Cluster['originOf']>[0];
type Deployment = Parameters<typeof whyNotRolledOut>[0];
type StatefulSet = Parameters<typeof whyNotUpdated>[0];
type Refused = DeployError['refusals'][number]['result'];

interface Pod extends KubeObject {
  readonly status: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready: boolean;
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
      };
    }[];
  };
}

interface Written {
  readonly manifest: Manifest;
  readonly path: string;
}

/** Deploys the manifests and submits what came of it. */
export function simulateManifests(
  context: ValidationContext,
  props: SimulationValidationProps,
): void {
  const written = context.manifests.flatMap((path) =>
    context.parseManifest(path).flatMap((manifest): Written[] => {
      return isManifest(manifest) ? [{ manifest, path }] : [];
    }),
  );
  const manifests = written.map(({ manifest }) => manifest);
  const cluster = createCluster(props);
  const refused = deploy(cluster, manifests);
  for (const result of refused) reportRefusal(context, written, result);
  const within = props.within ?? '10m';
  const settled = cluster.settle({ within });
  const stuck = settled ? [] : stuckWorkloads(cluster);
  for (const workload of stuck) reportStuck(context, written, workload, within);
  const failed = refused.length + stuck.length > 0;
  context.report.submit(failed ? 'failure' : 'success', {
    objects: String(manifests.length),
    nodes: String(cluster.core.nodes.length),
    virtualTime: `${Math.round(cluster.now / 1000)}s`,
  });
}

interface Stuck {
  readonly kind: string;
  readonly object: KubeObject;
  readonly why: string;
}

function createCluster(props: SimulationValidationProps): Cluster {
  return Cluster.create({
    zones: props.zones,
    nodesPerZone: props.nodesPerZone ?? 3,
    node: { cpu: props.nodeCpu ?? '4', memory: props.nodeMemory ?? '16Gi' },
    seed: props.seed ?? 1,
  });
}

function deploy(cluster: Cluster, manifests: readonly Manifest[]): Refused[] {
  const standIns = standInsFor(manifests);
  cluster.deploy([...namespacesOf(standIns, manifests), ...standIns]);
  try {
    cluster.deploy(manifests);
    return [];
  } catch (error) {
    // All that was not refused is deployed, and may have more to tell.
    if (error instanceof DeployError) return error.refusals.map(({ result }) => result);
    throw error;
  }
}

function reportRefusal(
  context: ValidationContext,
  written: readonly Written[],
  { manifest, error }: Refused,
): void {
  const causes = error?.status.details?.causes ?? [];
  context.report.addViolation({
    ruleName: 'api-server-refuses',
    recommendation: error?.message ?? 'the API server refuses this object',
    fix: 'Change the field to what the API server allows.',
    violatingResources: [
      resourceOf(
        written,
        manifest,
        causes.map(({ field }) => field ?? ''),
      ),
    ],
  });
}

function reportStuck(
  context: ValidationContext,
  written: readonly Written[],
  { kind, object, why }: Stuck,
  within: string,
): void {
  const own = written.find(({ manifest }) => isSame(manifest, kind, object));
  context.report.addViolation({
    ruleName: 'never-available',
    recommendation: `${kind}/${object.metadata.name} is not available after ${within}: ${why}`,
    fix: 'Change what keeps its pods from being ready, or the cluster in the properties.',
    violatingResources: [resourceOf(written, own?.manifest ?? {}, ['spec/template'])],
  });
}

function stuckWorkloads(cluster: Cluster): Stuck[] {
  const deployments = cluster.list<Deployment>('deployments.apps');
  const sets = cluster.list<StatefulSet>('statefulsets.apps');
  return [
    ...deployments.map((object) => ({ kind: 'Deployment', object, why: whyNotRolledOut(object) })),
    ...sets.map((object) => ({ kind: 'StatefulSet', object, why: whyNotUpdated(object) })),
  ].flatMap(({ kind, object, why }) => {
    if (why === undefined) return [];
    const { matchLabels = {} } = object.spec.selector;
    return [{ kind, object, why: [why, ...podReasons(cluster, object, matchLabels)].join('; ') }];
  });
}

/** What keeps the pods of a workload from being ready, each reason once. */
function podReasons(
  cluster: Cluster,
  workload: KubeObject,
  matchLabels: { readonly [key: string]: string },
): string[] {
  const pods = cluster.list<Pod>('pods', workload.metadata.namespace).filter(({ metadata }) => {
    const labels = metadata.labels ?? {};
    return Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  });
  return [...new Set(pods.flatMap(podReason))];
}

function podReason({ status }: Pod): string[] {
  const unscheduled = status.conditions?.find(
    ({ type, status: holds }) => type === 'PodScheduled' && holds === 'False',
  );
  if (unscheduled) return [`${unscheduled.reason}: ${unscheduled.message ?? ''}`];
  return (status.containerStatuses ?? []).flatMap(({ name, ready, state }) => {
    if (ready) return [];
    const waiting = state?.waiting;
    if (waiting)
      return [`container ${name} waits: ${waiting.reason ?? ''} ${waiting.message ?? ''}`];
    return [`container ${name} is not ready`];
  });
}

function resourceOf(
  written: readonly Written[],
  manifest: Manifest,
  locations: readonly string[],
): ViolatingResource {
  const { name = '' } = (manifest['metadata'] ?? {}) as { name?: string };
  const path = written.find((each) => each.manifest === manifest)?.path ?? '';
  return { resourceName: name, locations, manifestPath: path };
}

function isSame(manifest: Manifest, kind: string, { metadata }: KubeObject): boolean {
  const own = (manifest['metadata'] ?? {}) as { name?: string; namespace?: string };
  const namespace = own.namespace ?? 'default';
  return (
    manifest['kind'] === kind && own.name === metadata.name && namespace === metadata.namespace
  );
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === 'object' && value !== null && 'kind' in value;
}
