import { onCluster, type OnCluster } from './on-cluster';

let on: OnCluster;
beforeEach(() => {
  on = onCluster();
});

const spec = (what: string, path = '.spec'): unknown =>
  JSON.parse(on.printed(`get ${what} -o jsonpath='{${path}}'`));

describe('kubectl create service', () => {
  test('makes Services of all types', () => {
    expect(on.printed('create service clusterip web --tcp=80:8080')).toBe('service/web created\n');
    expect(spec('svc/web')).toMatchObject({
      type: 'ClusterIP',
      selector: { app: 'web' },
      ports: [{ name: '80-8080', port: 80, targetPort: 8080, protocol: 'TCP' }],
    });
    on.printed('create svc clusterip none --clusterip=None');
    expect(spec('svc/none')).toMatchObject({ clusterIP: 'None' });
    on.printed('create service nodeport node --tcp=80 --node-port=30100');
    expect(spec('svc/node')).toMatchObject({ type: 'NodePort', ports: [{ nodePort: 30100 }] });
    on.printed('create service loadbalancer lb --tcp=80:http,443');
    expect(spec('svc/lb')).toMatchObject({
      type: 'LoadBalancer',
      ports: [{ targetPort: 'http' }, { targetPort: 443 }],
    });
    on.printed('create service externalname out --external-name=example.com');
    expect(spec('svc/out')).toMatchObject({ type: 'ExternalName', externalName: 'example.com' });
  });

  test.each([
    ['clusterip web', 'at least one tcp port specifier must be provided'],
    ['clusterip web --tcp=http', 'strconv.ParseUint: parsing "http": invalid syntax'],
    ['externalname web', 'required flag(s) "external-name" not set'],
    [
      'clusterip --tcp=80',
      "exactly one NAME is required, got 0\nSee 'kubectl create service clusterip -h' for help and examples",
    ],
    ['foo web', `unknown command "foo web"\nSee 'kubectl create service -h' for help and examples`],
  ])('refuses %s', (words, why) => {
    expect(on.kubectl(`create service ${words}`).stderr).toBe(`error: ${why}\n`);
  });
});

test('kubectl create makes roles, one rule a group, and binds them', () => {
  on.printed('create role r --verb=get,list --resource=pods/log,deploy,services');
  expect(spec('role/r', '.rules')).toEqual([
    { verbs: ['get', 'list'], apiGroups: [''], resources: ['pods/log', 'services'] },
    { verbs: ['get', 'list'], apiGroups: ['apps'], resources: ['deployments'] },
  ]);
  on.printed('create clusterrole urls --verb=get --non-resource-url=/healthz');
  expect(spec('clusterrole/urls', '.rules')).toEqual([
    { verbs: ['get'], nonResourceURLs: ['/healthz'] },
  ]);
  on.printed('create rolebinding b --role=r --user=jane --serviceaccount=default:ci');
  expect(on.printed('auth can-i list services --as jane')).toBe('yes\n');
  expect(on.printed('auth can-i list services --as system:serviceaccount:default:ci')).toBe(
    'yes\n',
  );
  on.printed('create clusterrolebinding c --clusterrole=urls --group=system:unauthenticated');
  expect(on.kubectl('create rolebinding d --user=jane').stderr).toBe(
    'error: exactly one of clusterrole or role must be specified\n',
  );
  expect(on.kubectl('create role s --verb=get --resource=foos').stderr).toBe(
    `the server doesn't have a resource type "foos"\n`,
  );
});

test('kubectl create makes budgets, priority classes and ingresses', () => {
  on.printed('create pdb web --selector=app=web --min-available=50%');
  expect(spec('pdb/web')).toEqual({
    minAvailable: '50%',
    selector: { matchLabels: { app: 'web' } },
  });
  expect(on.kubectl('create pdb x --selector=app=web').stderr).toBe(
    'error: one of min-available or max-unavailable must be specified\n',
  );
  on.printed('create priorityclass high --value=1000');
  expect(spec('pc/high', '')).toMatchObject({
    value: 1000,
    preemptionPolicy: 'PreemptLowerPriority',
  });
  on.printed(
    `create ingress web --class=nginx --rule='a.com/*=web:80,tls=cert' --rule=a.com/x=web:http`,
  );
  expect(spec('ing/web')).toEqual({
    ingressClassName: 'nginx',
    tls: [{ hosts: ['a.com'], secretName: 'cert' }],
    rules: [
      {
        host: 'a.com',
        http: {
          paths: [
            {
              path: '/',
              pathType: 'Prefix',
              backend: { service: { name: 'web', port: { number: 80 } } },
            },
            {
              path: '/x',
              pathType: 'Exact',
              backend: { service: { name: 'web', port: { name: 'http' } } },
            },
          ],
        },
      },
    ],
  });
});

test('kubectl create makes secrets of three types, and config maps from files', () => {
  const files = { 'c.pem': 'C', 'k.pem': 'K', 'a.env': '# comment\nA=1\nB=two\n' };
  expect(on.kubectl('create secret tls t --cert=c.pem --key=k.pem', '', files).exitCode).toBe(0);
  expect(spec('secret/t', '.data')).toEqual({ 'tls.crt': 'Qw==', 'tls.key': 'Sw==' });
  on.printed('create secret docker-registry d --docker-username=u --docker-password=p');
  const data = spec('secret/d', '.data') as Record<string, string>;
  expect(JSON.parse(Buffer.from(data['.dockerconfigjson']!, 'base64').toString())).toEqual({
    auths: { 'https://index.docker.io/v1/': { username: 'u', password: 'p', auth: 'dTpw' } },
  });
  expect(on.kubectl('create cm c --from-env-file=a.env', '', files).exitCode).toBe(0);
  expect(spec('cm/c', '.data')).toEqual({ A: '1', B: 'two' });
  expect(on.kubectl('create cm e --from-literal=a=1 --from-literal=a=2').stderr).toBe(
    'error: cannot add key "a", another key by that name already exists in Data for ConfigMap "e"\n',
  );
});

test('kubectl create job --from runs what a CronJob would', () => {
  on.printed('create cronjob cj --image=busybox --schedule="0 3 * * *" -- sleep 1');
  expect(on.printed('create job now --from=cronjob/cj')).toBe('job.batch/now created\n');
  expect(spec('job/now', '.spec.template.spec.containers[0].command')).toEqual(['sleep', '1']);
  expect(on.printed('get job now -o jsonpath={.metadata.ownerReferences[0].name}')).toBe('cj');
  expect(on.kubectl('create job x').stderr).toBe(
    'error: either --image or --from must be specified\n',
  );
});

test('kubectl create prints what is asked for', () => {
  expect(
    on.printed('create cm c --from-literal=port=80 --from-literal=x=* --dry-run=client -o yaml'),
  ).toBe(`apiVersion: v1\ndata:\n  port: "80"\n  x: '*'\nkind: ConfigMap\nmetadata:\n  name: c\n`);
  expect(on.printed('create ns n -o name')).toBe('namespace/n\n');
  expect(on.printed('create ns m --dry-run=server')).toBe('namespace/m created (server dry run)\n');
  expect(on.kubectl('get ns m').exitCode).toBe(1);
});

test.each([
  ['cm c', 'failed to create configmap: configmaps "c" already exists'],
  ['secret generic s', 'failed to create secret secrets "s" already exists'],
  ['deploy d --image=a', 'failed to create deployment: deployments.apps "d" already exists'],
])('kubectl create %s a second time fails', (words, why) => {
  on.printed(`create ${words}`);
  expect(on.kubectl(`create ${words}`).stderr).toBe(`error: ${why}\n`);
});

test.each([
  ['create', 'must specify one of -f and -k'],
  ['create foo', "Unexpected args: [foo]\nSee 'kubectl create -h' for help and examples"],
  ['create -f -', 'no objects passed to create'],
  ['create cronjob x', 'required flag(s) "image", "schedule" not set'],
  ['run x', 'required flag(s) "image" not set'],
])('%s is refused', (line, why) => {
  expect(on.kubectl(line).stderr).toBe(`error: ${why}\n`);
});

test('kubectl expose takes the selector of a Service too', () => {
  on.printed('create service clusterip web --tcp=80');
  on.printed('expose service web --port=81 --name=web2');
  expect(spec('svc/web2', '.spec.selector')).toEqual({ app: 'web' });
});
