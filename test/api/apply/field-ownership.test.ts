import { applyConfiguration } from '../../../lib/orchestrator/api/apply/apply-configuration';
import { recordUpdate } from '../../../lib/orchestrator/api/apply/managed-fields';
import type { FieldWriter } from '../../../lib/orchestrator/api/apply/managed-fields';
import type { KubeObject, ManagedFieldsEntry } from '../../../lib/orchestrator/api/object';
import { decodeStrict } from '../../../lib/orchestrator/api/schema/decode';
import { schemaKeyOf } from '../../../lib/orchestrator/api/schema/schema';
import { isApiStatusError } from '../../../lib/orchestrator/api/status-error';
import type { JsonMap, RecordedCase } from '../recorded/cases';
import { recorded } from '../recorded/cases';

/** The objects before and after each request; `before` is often the last case's `after`. */
function withObjects(cases: RecordedCase[]) {
  const latest = new Map<string, KubeObject>();
  return cases.map((item) => {
    const named = item.path.split('?')[0]?.replace(/\/(status|scale)$/, '') ?? '';
    const before =
      item.before === undefined
        ? undefined
        : item.before === 'as after the last'
          ? latest.get(named)
          : (item.before as unknown as KubeObject);
    const after = item.after as unknown as KubeObject | undefined;
    const creates = item.method === 'POST' && after !== undefined && named.endsWith('s');
    const key = creates ? `${named}/${after.metadata.name}` : named;
    if (before !== undefined) latest.set(key, before);
    if (after !== undefined) latest.set(key, after);
    return { ...item, before, after };
  });
}

const entriesOf = (entries: readonly ManagedFieldsEntry[] | undefined) => entries ?? [];

function writerOf(
  item: Pick<RecordedCase, 'path' | 'userAgent'>,
  object: KubeObject,
  after: KubeObject | undefined,
): FieldWriter {
  const subresource = /\/(status|scale)(\?|$)/.exec(item.path)?.[1];
  const manager =
    new URL(item.path, 'http://x').searchParams.get('fieldManager') ??
    item.userAgent?.split('/')[0] ??
    '';
  const own = after?.metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.subresource === subresource,
  );
  return {
    manager,
    apiVersion: object.apiVersion,
    // The order of entries goes by time, so the time is the recording's.
    ...(own?.time === undefined ? {} : { time: own.time }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

const resetFieldsOf = (writer: FieldWriter) => (writer.subresource === undefined ? ['status'] : []);

describe('field ownership is what the real API server kept', () => {
  // These are refused by validation or by the path, not by ownership.
  const elsewhere = /invalid one|name of another|not YAML|another version|another kind/;
  for (const item of withObjects(recorded('field-ownership'))) {
    if (elsewhere.test(item.name)) continue;
    if (item.type === 'application/apply-patch+yaml') {
      test(item.name, () => expectApply(item));
    } else {
      test(item.name, () => expectUpdate(item));
    }
  }
});

describe('of requests made up at random ownership is what the real API server kept', () => {
  for (const item of withObjects(recorded('field-ownership-random'))) {
    const apply = item.type === 'application/apply-patch+yaml';
    test(item.name, () => (apply ? expectApply(item) : expectUpdate(item)));
  }
});

type Case = ReturnType<typeof withObjects>[number];

function expectUpdate({ before, after, ...item }: Case): void {
  if (after === undefined) throw new Error('not answered');
  const writer = writerOf(item, after, after);
  const key = schemaKeyOf(after.apiVersion, after.kind);
  const managed = recordUpdate(
    before?.metadata.managedFields,
    writer,
    before,
    before === undefined ? beforeAdmission(after) : after,
    key,
    resetFieldsOf(writer),
  );
  expect(entriesOf(managed)).toEqual(entriesOf(after.metadata.managedFields));
}

/** Ownership is recorded before admission and storage add fields: nobody owns those. */
function beforeAdmission(object: KubeObject): KubeObject {
  const added = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'];
  added.push('preemptionPolicy', 'priority', 'tolerations');
  const spec = (object as unknown as { spec?: JsonMap }).spec;
  if (spec === undefined || object.kind === 'Deployment') return object;
  const kept = Object.entries(spec).filter(([field]) => !added.includes(field));
  return { ...object, spec: Object.fromEntries(kept) } as KubeObject;
}

function expectApply({ before, after, ...item }: Case): void {
  const config = item.body as KubeObject;
  const writer = writerOf(item, config, after);
  const request = () =>
    applyConfiguration(before, config, {
      ...writer,
      force: item.path.includes('force=true'),
      schemaKey: schemaKeyOf(config.apiVersion, config.kind) ?? '',
      resetFields: resetFieldsOf(writer),
    });
  if (item.code < 300) {
    const { object, managedFields } = request();
    expect(entriesOf(managedFields)).toEqual(entriesOf(after?.metadata.managedFields));
    const key = schemaKeyOf(config.apiVersion, config.kind);
    expectSameContent(decodeStrict(object, key).value, after);
    return;
  }
  let refused: unknown;
  try {
    request();
  } catch (error) {
    refused = error;
  }
  if (item.code === 422) {
    // Validation, which comes later, refused it.
    expect(refused).toBeUndefined();
    return;
  }
  if (!isApiStatusError(refused)) throw refused;
  expect({ code: refused.code, message: refused.message }).toEqual({
    code: item.code,
    message: item.message,
  });
  expect(sorted(refused.status.details?.causes ?? [])).toEqual(sorted(item.causes ?? []));
}

const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();

/** What the apply left, but for what defaulting adds and the server counts. */
function expectSameContent(object: JsonMap, after: KubeObject | undefined): void {
  const { spec, data } = object as { spec?: unknown; data?: unknown };
  const expected = after as unknown as { spec?: JsonMap; data?: unknown };
  if (data !== undefined || expected.data !== undefined) expect(data).toEqual(expected.data);
  if (spec !== undefined) expect(expected.spec).toMatchObject(spec as JsonMap);
  const metadata = object.metadata as JsonMap;
  for (const field of ['labels', 'annotations', 'finalizers'] as const) {
    expect({ [field]: metadata[field] }).toEqual({ [field]: after?.metadata[field] });
  }
}
