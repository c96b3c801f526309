import { runKubectl, type KubectlResult } from '../../lib/kubectl/kubectl';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';

const WEB = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - {name: web, image: "web:v1", ports: [{containerPort: 8080}], env: [{name: A, value: "1"}, {name: C, value: "3"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {app: web}}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
`;

let cluster: Cluster;
const kubectl = (line: string, stdin = ''): KubectlResult => runKubectl(cluster, line, { stdin });
const printed = (line: string, stdin = ''): string => kubectl(line, stdin).stdout;

beforeEach(() => {
  cluster = new Cluster({ runtime: 'kwok', nodesPerZone: 1 });
  kubectl('wait --for=condition=Ready node --all');
});

const deployWeb = (): void => {
  kubectl('apply -f -', WEB);
  expect(kubectl('rollout status deployment/web --timeout=60s').exitCode).toBe(0);
};

describe('kubectl apply', () => {
  test('creates, then finds nothing to change, then configures what changed', () => {
    expect(printed('apply -f -', WEB)).toBe('deployment.apps/web created\nservice/web created\n');
    expect(printed('apply -f -', WEB)).toBe(
      'deployment.apps/web unchanged\nservice/web unchanged\n',
    );
    expect(printed('apply -f -', WEB.replace('replicas: 3', 'replicas: 2'))).toBe(
      'deployment.apps/web configured\nservice/web unchanged\n',
    );
  });

  test('takes away what the last configuration had, and leaves what others set', () => {
    deployWeb();
    kubectl('set env deployment/web B=2');
    kubectl('apply -f -', WEB.replace(', {name: C, value: "3"}', ''));
    const path = '{.spec.template.spec.containers[0].env[*].name}';
    expect(printed(`get deployment web -o jsonpath=${path}`)).toBe('B A');
  });

  test('adds a container where the configuration has it', () => {
    deployWeb();
    const side = '      - {name: side, image: "side:v1"}\n---';
    kubectl('apply -f -', WEB.replace('---', side));
    const path = '{.spec.template.spec.containers[*].name}';
    expect(printed(`get deployment web -o jsonpath=${path}`)).toBe('web side');
  });

  test('says what the API server refuses, and goes on with the rest', () => {
    const result = kubectl('apply -f -', WEB.replace('replicas: 3', 'replicas: -1'));
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toBe('service/web created\n');
    expect(result.stderr).toBe(
      'The Deployment "web" is invalid: spec.replicas: Invalid value: -1: ' +
        'must be greater than or equal to 0\n',
    );
  });

  test('stops at a conflict with another manager, unless forced', () => {
    kubectl('create deployment web --image=web:v1');
    kubectl(`patch deployment web -p '{"spec":{"replicas":5}}'`);
    const wanted = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2}}`;
    const refused = kubectl('apply --server-side -f -', wanted);
    expect(refused.stderr).toMatch(
      /^error: Apply failed with 1 conflict: conflict with "kubectl-patch"/,
    );
    expect(printed('apply --server-side --force-conflicts --field-manager=me -f -', wanted)).toBe(
      'deployment.apps/web serverside-applied\n',
    );
    expect(printed('get deployment web -o jsonpath={.spec.replicas}')).toBe('2');
  });
});

describe('kubectl get', () => {
  beforeEach(deployWeb);

  test('prints the columns of the kind', () => {
    const [header, row] = printed('get deployments').split('\n');
    expect(header).toBe('NAME   READY   UP-TO-DATE   AVAILABLE   AGE');
    expect(row).toMatch(/^web {4}3\/3 {5}3 {12}3 {11}\d+s$/);
  });

  test('selects by labels and fields, and sorts', () => {
    expect(printed('get pods -l app=web --field-selector status.phase=Running -o name')).toMatch(
      /^(pod\/web-\S+\n){3}$/,
    );
    expect(printed('get pods -l app=other -o name')).toBe('');
    const columns = 'custom-columns=NODE:.spec.nodeName,QOS:.status.qosClass';
    expect(printed(`get pods --sort-by=.spec.nodeName -o ${columns}`)).toBe(
      'NODE   QOS\na-1    BestEffort\nb-1    BestEffort\nc-1    BestEffort\n',
    );
  });

  test('follows JSONPath with ranges, filters and slices', () => {
    const range = `'{range .items[*]}{.spec.containers[0].image}{"\\n"}{end}'`;
    expect(printed(`get pods -o jsonpath=${range}`)).toBe('web:v1\nweb:v1\nweb:v1\n');
    const ready = `'{.items[0].status.conditions[?(@.type=="Ready")].status}'`;
    expect(printed(`get pods -o jsonpath=${ready}`)).toBe('True');
    expect(printed(`get pods -o jsonpath='{.items[1:].spec.nodeName}'`).split(' ')).toHaveLength(2);
  });

  test('says what is not there', () => {
    expect(kubectl('get pod nobody').stderr).toBe(
      'Error from server (NotFound): pods "nobody" not found\n',
    );
    expect(kubectl('get podz').stderr).toBe(
      `error: the server doesn't have a resource type "podz"\n`,
    );
    expect(kubectl('get pods -n kube-public').stderr).toBe(
      'No resources found in kube-public namespace.\n',
    );
  });
});

describe('kubectl rollout', () => {
  beforeEach(deployWeb);

  test('lets virtual time pass until the new version is out', () => {
    const before = cluster.now;
    expect(printed('set image deployment/web web=web:v2')).toBe(
      'deployment.apps/web image updated\n',
    );
    const lines = printed('rollout status deployment/web').trimEnd().split('\n');
    expect(lines.at(-1)).toBe('deployment "web" successfully rolled out');
    expect(lines.length).toBeGreaterThan(3);
    expect(cluster.now - before).toBeGreaterThan(4000);
  });

  test('goes back to the revision before', () => {
    kubectl('set image deployment/web web=web:v2');
    kubectl('rollout status deployment/web');
    expect(printed('rollout history deployment/web')).toBe(
      'deployment.apps/web \nREVISION  CHANGE-CAUSE\n1         <none>\n2         <none>\n\n',
    );
    expect(printed('rollout undo deployment/web')).toBe('deployment.apps/web rolled back\n');
    expect(
      printed('get deployment web -o jsonpath={.spec.template.spec.containers[0].image}'),
    ).toBe('web:v1');
    expect(kubectl('rollout undo deployment/web --to-revision=99').stderr).toMatch(
      /^Warning: resource deployments\/web was previously managed .*\nerror: unable to find specified revision 99 in history\n$/,
    );
  });

  test('gives up when its time is over', () => {
    kubectl('set image deployment/web web=web:v2');
    const result = kubectl('rollout status deployment/web --timeout=1s');
    expect(result).toMatchObject({
      exitCode: 1,
      stderr: 'error: timed out waiting for the condition\n',
    });
  });

  test('cannot pause twice', () => {
    expect(printed('rollout pause deployment/web')).toBe('deployment.apps/web paused\n');
    expect(kubectl('rollout pause deployment/web').stderr).toBe(
      'error: deployments.apps "web" is already paused\n',
    );
    expect(printed('rollout resume deployment/web')).toBe('deployment.apps/web resumed\n');
  });
});

describe('kubectl drain', () => {
  beforeEach(deployWeb);

  test('evicts a pod as often as a budget lets it', () => {
    const budget = `
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 3, selector: {matchLabels: {app: web}}}`;
    kubectl('apply -f -', budget);
    cluster.advance(1000);
    const refused = kubectl('drain a-1 --timeout=12s');
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr.match(/will retry after 5s/g)).toHaveLength(3);
    kubectl('scale deployment/web --replicas=4');
    kubectl('rollout status deployment/web');
    const drained = kubectl('drain a-1 --timeout=60s');
    expect(drained.stdout).toMatch(/pod\/web-\S+ evicted\nnode\/a-1 drained\n$/);
    expect(printed('get pods --field-selector spec.nodeName=a-1 -o name')).toBe('');
    expect(printed('get node a-1')).toMatch(/Ready,SchedulingDisabled/);
  });

  test('takes only the pods that --pod-selector means', () => {
    kubectl('run alone --image=alone:v1 --labels=app=alone');
    kubectl('wait --for=condition=Ready pod/alone');
    const node = printed('get pod alone -o jsonpath={.spec.nodeName}');
    expect(kubectl(`drain ${node} --pod-selector=app=(`).stderr).toContain(
      '--pod-selector=<pod_selector> must be a valid label selector',
    );
    expect(kubectl(`drain ${node} --pod-selector=app=web --timeout=60s`).exitCode).toBe(0);
    const left = printed(`get pods --field-selector spec.nodeName=${node} -o name`);
    expect(left).toBe('pod/alone\n');
  });

  test('leaves pods that nobody would bring back', () => {
    kubectl('run alone --image=alone:v1');
    kubectl('wait --for=condition=Ready pod/alone');
    const node = printed('get pod alone -o jsonpath={.spec.nodeName}');
    expect(kubectl(`drain ${node}`).stderr).toContain(
      'cannot delete Pods that declare no controller (use --force to override): default/alone',
    );
  });
});

describe('kubectl label, annotate and taint', () => {
  test('do not overwrite unless told to', () => {
    kubectl('run shell --image=shell:v1');
    expect(printed('label pod shell tier=debug')).toBe('pod/shell labeled\n');
    expect(kubectl('label pod shell tier=other').stderr).toBe(
      `error: 'tier' already has a value (debug), and --overwrite is false\n`,
    );
    expect(printed('label pod shell tier=other --overwrite')).toBe('pod/shell labeled\n');
    expect(printed('label pod shell tier-')).toBe('pod/shell unlabeled\n');
  });

  test('keep pods off a node and let them on again', () => {
    expect(printed('taint nodes a-1 dedicated=gpu:NoSchedule')).toBe('node/a-1 tainted\n');
    expect(printed(`get node a-1 -o jsonpath='{.spec.taints[*].key}'`)).toBe('dedicated');
    expect(printed('taint nodes a-1 dedicated:NoSchedule-')).toBe('node/a-1 untainted\n');
    expect(kubectl('taint nodes a-1 dedicated-').stderr).toBe(
      'error: taint "dedicated" not found\n',
    );
  });
});

describe('kubectl delete, wait and scale', () => {
  beforeEach(deployWeb);

  test('waits until what it deletes is gone', () => {
    const pod = printed('get pods -o name').split('\n')[0]!;
    const before = cluster.now;
    expect(printed(`delete ${pod}`)).toBe(
      `pod "${pod.slice('pod/'.length)}" deleted from default namespace\n`,
    );
    expect(cluster.now - before).toBeGreaterThanOrEqual(1000);
    expect(kubectl('delete deployment').stderr).toBe(
      'error: resource(s) were provided, but no name was specified\n',
    );
  });

  test('orphans what is to stay', () => {
    kubectl('delete deployment web --cascade=orphan');
    cluster.advance(5000);
    expect(printed('get rs,pods -o name').trimEnd().split('\n')).toHaveLength(4);
  });

  test('times out', () => {
    expect(kubectl('wait --for=condition=Failed deployment/web --timeout=3s')).toMatchObject({
      exitCode: 1,
      stderr: 'error: timed out waiting for the condition on deployments/web\n',
    });
  });

  test('scales from the number that is expected only', () => {
    expect(kubectl('scale deployment web --replicas=2 --current-replicas=9').stderr).toBe(
      'error: Expected replicas to be 9, was 3\n',
    );
    expect(printed('scale deployment web --replicas=5')).toBe('deployment.apps/web scaled\n');
  });
});

describe('kubectl describe', () => {
  beforeEach(deployWeb);

  test('tells of a deployment, its replica sets and its events', () => {
    const text = printed('describe deployment web');
    expect(text).toMatch(/^Name: {19}web\nNamespace: {14}default\nCreationTimestamp: {6}\w{3}, /);
    expect(text).toContain(
      'Replicas:               3 desired | 3 updated | 3 total | 3 available | 0 unavailable\n',
    );
    expect(text).toMatch(/NewReplicaSet: {3}web-\w+ \(3\/3 replicas created\)\n/);
    expect(text).toMatch(
      / {2}Normal {2}ScalingReplicaSet {2}\d+s {4}deployment-controller {2}Scaled up replica set/,
    );
  });

  test('tells of a pod, its containers and conditions', () => {
    const pod = printed('get pods -o name').split('\n')[0]!;
    const text = printed(`describe ${pod}`);
    expect(text).toMatch(/\nControlled By: {2}ReplicaSet\/web-\w+\nContainers:\n {2}web:\n/);
    expect(text).toContain('\n    State:          Running\n      Started:      ');
    expect(text).toContain(
      '\nTolerations:                 node.kubernetes.io/not-ready:NoExecute op=Exists for 300s\n',
    );
  });
});

describe('kubectl create', () => {
  test('makes common objects out of flags', () => {
    expect(printed('create namespace shop')).toBe('namespace/shop created\n');
    expect(printed('create deployment nginx --image=nginx:1.27 --replicas=2 -n shop')).toBe(
      'deployment.apps/nginx created\n',
    );
    expect(printed('create secret generic db --from-literal=password=secret')).toBe(
      'secret/db created\n',
    );
    expect(printed('get secret db -o jsonpath={.data.password}')).toBe('c2VjcmV0');
    expect(printed('expose deployment nginx -n shop --port=80')).toBe('service/nginx exposed\n');
    expect(printed('autoscale deployment nginx -n shop --min=2 --max=6 --cpu=70%')).toBe(
      'horizontalpodautoscaler.autoscaling/nginx autoscaled\n',
    );
    expect(kubectl('create namespace shop').stderr).toBe(
      'Error from server (AlreadyExists): namespaces "shop" already exists\n',
    );
  });
});
