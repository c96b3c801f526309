/** What refused patches show of the object: the fields in Go's order, and who owns them. */
import { withServed } from '../server/serving';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: {
    template: {
      spec: { containers: [{ image: 'i:v1', name: 'c', args: ['<a>'] }] },
      metadata: { labels: { app: 'web' } },
    },
    selector: { matchLabels: { app: 'web' } },
  },
};

async function refusal(type: string, patch: unknown, query = ''): Promise<string> {
  let message = '';
  await withServed(async ({ ask }) => {
    await ask('POST', `${DEPLOYMENTS}?fieldManager=author`, deployment);
    const headers = { 'content-type': `application/${type}-patch+json` };
    const answer = await ask('PATCH', `${DEPLOYMENTS}/web${query}`, patch, headers);
    expect(answer.code).toBe(422);
    message = String(answer.body['message']);
  });
  // The object is a text in a text.
  return message.replaceAll('\\"', '"');
}

test('what a merge patch goes through is sorted, all else is as the server writes it', async () => {
  const message = await refusal('merge', { spec: { replicas: 'five' } });
  expect(message).toContain('{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"');
  expect(message).toContain('"managedFields":[{"manager":"author","operation":"Update"');
  expect(message).toContain('"spec":{"progressDeadlineSeconds":600,"replicas":"five","revision');
  expect(message).toContain(
    '"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"c",' +
      '"image":"i:v1","args":["\\\\u003ca\\\\u003e"],"resources":{},',
  );
  expect(message).toContain('"terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}]');
});

test('a JSON patch goes through lists, too', async () => {
  const path = '/spec/template/spec/containers/0/image';
  const message = await refusal('json', [{ op: 'replace', path, value: 5 }]);
  expect(message).toContain('"containers":[{"args":["\\\\u003ca\\\\u003e"],"image":5,"imagePull');
  expect(message).toContain('"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxUnavailable"');
});

test('unknown fields are told in the order of the text', async () => {
  const patch = { spec: { template: { spec: { nix: 1 } }, nope: 1 } };
  const message = await refusal('merge', patch, '?fieldValidation=Strict');
  expect(message).toContain('unknown field "spec.nope", unknown field "spec.template.spec.nix"');
});
