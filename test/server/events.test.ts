/** Events in both forms: one object, whoever wrote it. */
import { withServed } from './serving';

const CORE = '/api/v1/namespaces/default/events';
const NEW = '/apis/events.k8s.io/v1/namespaces/default/events';
const about = { kind: 'Pod', name: 'p', namespace: 'default' };

test('an event of the core group is seen as events.k8s.io shows it', async () => {
  await withServed(async ({ ask }) => {
    await ask('POST', CORE, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'e' },
      involvedObject: about,
      reason: 'R',
      message: 'm',
      type: 'Normal',
      source: { component: 'c' },
      count: 2,
    });
    const { body } = await ask('GET', `${NEW}/e`);
    expect(body).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: about,
      note: 'm',
      deprecatedSource: { component: 'c' },
      deprecatedCount: 2,
    });
    expect(body).not.toHaveProperty('involvedObject');
    expect(body).not.toHaveProperty('reportingController');
    expect((await ask('DELETE', `${NEW}/e`)).code).toBe(200);
    expect((await ask('GET', `${CORE}/e`)).code).toBe(404);
  });
});

test('an event of events.k8s.io is seen by who lists core events', async () => {
  await withServed(async ({ ask }) => {
    const created = await ask('POST', NEW, {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: { name: 'e' },
      eventTime: '2024-01-01T00:00:00.000000Z',
      reportingController: 'a.b/c',
      reportingInstance: 'i',
      action: 'A',
      reason: 'R',
      regarding: about,
      note: 'hello',
      type: 'Normal',
    });
    expect(created.code).toBe(201);
    expect(created.body).toMatchObject({ apiVersion: 'events.k8s.io/v1', note: 'hello' });
    const { body } = await ask('GET', `${CORE}?fieldSelector=involvedObject.name%3Dp`);
    expect(body['items']).toMatchObject([
      { message: 'hello', involvedObject: about, reportingComponent: 'a.b/c', source: {} },
    ]);
  });
});

test('each group holds new events to its own rules', async () => {
  await withServed(async ({ ask }) => {
    const old = { metadata: { name: 'e' }, reason: 'R', type: 'Normal' };
    const core = { ...old, apiVersion: 'v1', kind: 'Event', involvedObject: about };
    expect((await ask('POST', CORE, core)).code).toBe(201);
    const other = { ...old, apiVersion: 'events.k8s.io/v1', kind: 'Event', regarding: about };
    const refused = await ask('POST', NEW, other);
    expect(refused.code).toBe(422);
    expect(String(refused.body['message'])).toContain('eventTime: Required value');
  });
});
