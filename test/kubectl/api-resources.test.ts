import { onCluster, type OnCluster } from './on-cluster';

let on: OnCluster;
beforeAll(() => {
  on = onCluster();
});

const CRD = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: boats.sea.example}
spec:
  group: sea.example
  scope: Namespaced
  names: {plural: boats, singular: boat, kind: Boat, shortNames: [bt]}
  versions:
  - name: v1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {sails: {type: integer}}}}}}
`;

test('api-resources lists what is served, group by group', () => {
  expect(on.printed('api-resources --api-group=apps')).toBe(
    'NAME                  SHORTNAMES   APIVERSION   NAMESPACED   KIND\n' +
      'controllerrevisions                apps/v1      true         ControllerRevision\n' +
      'daemonsets            ds           apps/v1      true         DaemonSet\n' +
      'deployments           deploy       apps/v1      true         Deployment\n' +
      'replicasets           rs           apps/v1      true         ReplicaSet\n' +
      'statefulsets          sts          apps/v1      true         StatefulSet\n',
  );
  const names = on.printed('api-resources -o name').split('\n');
  expect(names.slice(0, 2)).toEqual(['bindings', 'componentstatuses']);
  expect(names).toContain('pods.metrics.k8s.io');
  expect(on.printed('api-resources --categories=all --verbs=list,delete -o name')).toContain(
    'cronjobs.batch\n',
  );
  expect(on.printed('api-resources --namespaced=false --sort-by=kind -o name')).toMatch(
    /^apiservices\.apiregistration\.k8s\.io\n/,
  );
});

test('of several versions the preferred one is listed, and api-versions has all', () => {
  expect(on.printed('api-resources --api-group=autoscaling --no-headers')).toContain(
    ' autoscaling/v2 ',
  );
  const versions = on.printed('api-versions').trim().split('\n');
  expect(versions).toEqual([...versions].sort());
  expect(versions).toEqual(expect.arrayContaining(['v1', 'autoscaling/v1', 'autoscaling/v2']));
});

test('knows custom resources as soon as they are defined', () => {
  const other = onCluster();
  other.printed('apply -f -', CRD);
  other.cluster.advance(2000);
  expect(other.printed('api-resources --api-group=sea.example --no-headers')).toBe(
    'boats   bt    sea.example/v1   true   Boat\n',
  );
  expect(other.printed('api-versions')).toContain('sea.example/v1\n');
  const boat = 'apiVersion: sea.example/v1\nkind: Boat\nmetadata: {name: ann}\nspec: {sails: 2}\n';
  expect(other.printed('apply -f -', boat)).toBe('boat.sea.example/ann created\n');
  expect(other.printed('get bt -o jsonpath={.items[*].spec.sails}')).toBe('2');
  expect(other.printed('apply -f -', boat.replace('2', '3'))).toBe(
    'boat.sea.example/ann configured\n',
  );
  expect(other.printed('get boats.sea.example ann -o jsonpath={.spec.sails}')).toBe('3');
  expect(other.printed('delete boat ann')).toBe(
    'boat.sea.example "ann" deleted from default namespace\n',
  );
});

test.each([
  ['foo', "unexpected arguments: [foo]\nSee 'kubectl api-resources -h' for help and examples"],
  ['--sort-by=age', '--sort-by accepts only name or kind'],
])('api-resources refuses %s', (words, why) => {
  expect(on.kubectl(`api-resources ${words}`).stderr).toBe(`error: ${why}\n`);
});
