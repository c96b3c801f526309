import { App } from 'cdk8s';
import { addApps } from '../../apps/apps';

/**
 * What kube-score, kube-linter and Pod Security "restricted" ask of a workload, held against every
 * object of apps/. Each check returns what it finds wrong; the names are those of the tools.
 */
interface Container {
  name: string;
  image: string;
  imagePullPolicy: string;
  env?: { name: string; value?: string }[];
  ports: { containerPort: number }[];
  livenessProbe: Probe;
  readinessProbe: Probe;
  resources: { requests: Amounts; limits: Amounts };
  securityContext: { [field: string]: unknown; capabilities: { drop: string[] } };
}

interface Probe {
  httpGet?: { path: string; port: number };
  tcpSocket?: { port: number };
  exec?: { command: string[] };
}

type Amounts = { [resource: string]: string };
type Labels = { [key: string]: string };

interface Pod {
  serviceAccountName: string;
  automountServiceAccountToken: boolean;
  hostNetwork: boolean;
  containers: Container[];
  affinity: { podAntiAffinity: object };
  topologySpreadConstraints: object[];
  securityContext: { runAsNonRoot: boolean; seccompProfile: { type: string } };
  volumes?: { hostPath?: object }[];
}

interface Item {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; labels: Labels };
  spec: {
    replicas?: number;
    selector: { matchLabels?: Labels } & Labels;
    podSelector: { matchLabels: Labels };
    policyTypes: string[];
    template: { metadata: { labels: Labels }; spec: Pod };
    serviceName?: string;
    type?: string;
    ports: { targetPort: number }[];
    scaleTargetRef: { kind: string; name: string };
    minReplicas: number;
    maxReplicas: number;
    maxUnavailable?: number;
    unhealthyPodEvictionPolicy?: string;
  };
}

const app = new App();
addApps(app);
const items = app.charts.flatMap((chart) => chart.toJson() as Item[]);
const ofKind = (...kinds: string[]) => items.filter(({ kind }) => kinds.includes(kind));
const workloads = ofKind('Deployment', 'StatefulSet');
const id = ({ kind, metadata }: Item) =>
  `${kind}/${metadata.namespace ?? 'default'}/${metadata.name}`;
const near = (one: Item, other: Item) => one.metadata.namespace === other.metadata.namespace;

function selects(selector: Labels | undefined, workload: Item): boolean {
  const labels = workload.spec.template.metadata.labels;
  return Object.entries(selector ?? {}).every(([key, value]) => labels[key] === value);
}

function wrong(list: Item[], check: (item: Item) => boolean): string[] {
  return list.filter((item) => !check(item)).map(id);
}

function wrongContainers(check: (container: Container, pod: Pod) => boolean): string[] {
  return wrong(workloads, ({ spec }) => {
    const pod = spec.template.spec;
    return pod.containers.every((container) => check(container, pod));
  });
}

describe('every container of apps/', () => {
  it('has a pinned image that is always pulled (latest-tag, container-image-pull-policy)', () => {
    const pinned = ({ image }: Container) => /:(?!latest$)[^/]+$/.test(image);
    expect(wrongContainers((c) => pinned(c) && c.imagePullPolicy === 'Always')).toEqual([]);
  });

  it('has requests and limits (container-resources, container-ephemeral-storage-…)', () => {
    const resources = ['cpu', 'memory', 'ephemeral-storage'];
    const complete = ({ requests, limits }: Container['resources']) =>
      resources.every((resource) => requests[resource] && limits[resource]);
    expect(wrongContainers((c) => complete(c.resources))).toEqual([]);
  });

  it('has different liveness and readiness probes, on ports it exposes (pod-probes-identical)', () => {
    const exposed = (c: Container, { httpGet, tcpSocket }: Probe) => {
      const port = (httpGet ?? tcpSocket)?.port;
      return port === undefined || c.ports.some(({ containerPort }) => containerPort === port);
    };
    const question = ({ httpGet, tcpSocket, exec }: Probe) =>
      JSON.stringify([httpGet, tcpSocket, exec]);
    expect(
      wrongContainers(
        (c) =>
          exposed(c, c.livenessProbe) &&
          exposed(c, c.readinessProbe) &&
          question(c.livenessProbe) !== question(c.readinessProbe),
      ),
    ).toEqual([]);
  });

  it('runs as nobody in particular (container-security-context-*, Pod Security restricted)', () => {
    const expected = {
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      privileged: false,
    };
    expect(
      wrongContainers(({ securityContext }, pod) => {
        const { runAsUser, runAsGroup, capabilities } = securityContext;
        return (
          Object.entries(expected).every(([field, value]) => securityContext[field] === value) &&
          Number(runAsUser) >= 10000 &&
          Number(runAsGroup) >= 10000 &&
          capabilities.drop.includes('ALL') &&
          pod.securityContext.seccompProfile.type === 'RuntimeDefault'
        );
      }),
    ).toEqual([]);
  });

  it('has no secret in its environment, and no variable twice (env-var-secret)', () => {
    const secret = (c: Container) =>
      (c.env ?? []).some(({ name, value }) => value !== undefined && /secret|password/i.test(name));
    const twice = (c: Container) =>
      new Set(c.env?.map(({ name }) => name)).size !== (c.env ?? []).length;
    expect(wrongContainers((c) => !secret(c) && !twice(c))).toEqual([]);
  });
});

describe('every pod of apps/', () => {
  it('keeps its host and its account to itself (host-network, non-existent-service-account)', () => {
    expect(
      wrong(workloads, (workload) => {
        const pod = workload.spec.template.spec;
        const account = ofKind('ServiceAccount').some(
          (item) => near(item, workload) && item.metadata.name === pod.serviceAccountName,
        );
        const host = pod.hostNetwork || (pod.volumes ?? []).some(({ hostPath }) => hostPath);
        return account && !pod.automountServiceAccountToken && !host;
      }),
    ).toEqual([]);
  });

  it('is kept apart from its like (…-has-host-podantiaffinity, topologySpreadConstraint)', () => {
    expect(
      wrong(workloads, ({ spec }) => {
        const { affinity, topologySpreadConstraints } = spec.template.spec;
        return affinity.podAntiAffinity !== undefined && topologySpreadConstraints.length === 1;
      }),
    ).toEqual([]);
  });

  it('is covered by one NetworkPolicy for both directions (pod-networkpolicy)', () => {
    expect(
      wrong(workloads, (workload) => {
        const policies = ofKind('NetworkPolicy').filter(
          (item) => near(item, workload) && selects(item.spec.podSelector.matchLabels, workload),
        );
        return policies.length === 1 && policies[0]?.spec.policyTypes.length === 2;
      }),
    ).toEqual([]);
  });

  it('is guarded by one budget that lets pods go (…-has-poddisruptionbudget, pdb-*)', () => {
    expect(
      wrong(workloads, (workload) => {
        const budgets = ofKind('PodDisruptionBudget').filter(
          (item) => near(item, workload) && selects(item.spec.selector.matchLabels, workload),
        );
        const budget = budgets[0]?.spec;
        const healthy = budget?.unhealthyPodEvictionPolicy === 'AlwaysAllow';
        return budgets.length === 1 && (budget?.maxUnavailable ?? 0) > 0 && healthy;
      }),
    ).toEqual([]);
  });

  it('is found by a Service on a port it exposes (dangling-service, service-targets-pod)', () => {
    const found = (service: Item) =>
      workloads.some(
        (workload) =>
          near(service, workload) &&
          selects(service.spec.selector, workload) &&
          service.spec.ports.every(({ targetPort }) =>
            workload.spec.template.spec.containers.some(({ ports }) =>
              ports.some(({ containerPort }) => containerPort === targetPort),
            ),
          ),
      );
    expect(wrong(ofKind('Service'), found)).toEqual([]);
    expect(wrong(ofKind('Service'), ({ spec }) => spec.type !== 'NodePort')).toEqual([]);
  });
});

describe('every workload of apps/', () => {
  it('has several pods, or an autoscaler and no number (deployment-replicas, …-targeted-by-hpa-…)', () => {
    expect(
      wrong(ofKind('Deployment'), (deployment) => {
        const scaler = ofKind('HorizontalPodAutoscaler').find(
          (item) =>
            near(item, deployment) && item.spec.scaleTargetRef.name === deployment.metadata.name,
        );
        const { replicas } = deployment.spec;
        return scaler
          ? replicas === undefined && scaler.spec.minReplicas >= 2
          : (replicas ?? 0) >= 2;
      }),
    ).toEqual([]);
  });

  it('selects its own pods (mismatching-selector, statefulset-has-servicename)', () => {
    expect(
      wrong(workloads, (workload) => selects(workload.spec.selector.matchLabels, workload)),
    ).toEqual([]);
    const headless = (set: Item) =>
      ofKind('Service').some(
        (item) => near(item, set) && item.metadata.name === set.spec.serviceName,
      );
    expect(wrong(ofKind('StatefulSet'), headless)).toEqual([]);
  });

  it('is scaled by an autoscaler that exists for it (horizontalpodautoscaler-has-target)', () => {
    const target = (scaler: Item) =>
      workloads.some(
        (workload) =>
          near(workload, scaler) &&
          workload.kind === scaler.spec.scaleTargetRef.kind &&
          workload.metadata.name === scaler.spec.scaleTargetRef.name,
      );
    expect(ofKind('HorizontalPodAutoscaler').length).toBeGreaterThan(20);
    expect(wrong(ofKind('HorizontalPodAutoscaler'), target)).toEqual([]);
  });
});
