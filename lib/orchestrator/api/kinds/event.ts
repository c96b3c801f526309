/**
 * Event, as core/v1 and as events.k8s.io/v1 show it: one stored object with two sets of names.
 * The two forms are converted by event-views.ts.
 */
import type { FieldError } from '../field-error';
import { invalid, required } from '../field-error';
import type { Draft, KindDefinition, PrintContext } from '../kind';
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import type { KubeObject } from '../object';
import type { Event } from '../objects/event';
import { ageCell, kind } from './define';
import { coreFieldsOf, eventsV1EventOf } from './event-views';
import { immutableField, qualifiedNameErrors } from './fields/field-validation';

const NAME_MAX = 128;
const MESSAGE_MAX = 1024;
const SYSTEM_NAMESPACES = ['default', 'kube-system'];
const IMMUTABLE = [
  'involvedObject',
  'reason',
  'message',
  'source',
  'firstTimestamp',
  'lastTimestamp',
  'count',
  'reason',
  'type',
  'eventTime',
  'action',
  'related',
] as const;

type AnyEvent = Partial<Omit<Event, 'metadata'>> & Readonly<Record<string, unknown>>;

export const eventKind = kind({
  apiVersion: 'v1',
  plural: 'events',
  updateOrder: ['rules'],
  createOnUpdate: true,
  applyDefaults(draft) {
    // These are stored even when nothing was said.
    draft['source'] ??= {};
    draft['firstTimestamp'] ??= null;
    draft['lastTimestamp'] ??= null;
    draft['eventTime'] ??= null;
    draft['reportingComponent'] ??= '';
    draft['reportingInstance'] ??= '';
  },
  validate: (draft) => sharedErrors(draft, 'reportingComponent'),
  selectableFields: selectable('involvedObject', (object) => object as Event),
  cells: (object, context) => eventCells(object as Event, context),
});

/**
 * FIDELITY: who writes as events.k8s.io/v1 is in managedFields with the fields of core/v1, and
 * server-side apply merges those.
 */
export const eventsV1EventKind: KindDefinition = kind({
  apiVersion: 'events.k8s.io/v1',
  plural: 'events',
  updateOrder: ['metadata', 'changes'],
  createOnUpdate: true,
  storage: eventKind.plural,
  conversion: { toStored: coreFieldsOf, fromStored: eventsV1EventOf },
  // What is validated is the stored form, whichever an event came in.
  validate: (draft) => [
    ...sharedErrors(draft, 'reportingController'),
    ...validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
    ...newStyleErrors(draft as unknown as Event),
  ],
  validateUpdate(draft, old) {
    const event = draft as unknown as Event;
    const before = old as Event;
    return [
      ...IMMUTABLE.flatMap((field) =>
        immutableField(valueOf(event, field), valueOf(before, field), field),
      ),
      ...immutableField(event.reportingComponent, before.reportingComponent, 'reportingController'),
      ...immutableField(event.reportingInstance, before.reportingInstance, 'reportingInstance'),
    ];
  },
  selectableFields: selectable('regarding', (object) => object as Event),
  cells: (object, context) => eventCells(object as Event, context),
});

function selectable(
  prefix: string,
  read: (object: KubeObject) => Event,
): KindDefinition['selectableFields'] {
  const fields: Record<string, (object: KubeObject) => string> = {
    reason: (object) => read(object).reason ?? '',
    type: (object) => read(object).type ?? '',
  };
  for (const name of [
    'kind',
    'namespace',
    'name',
    'uid',
    'apiVersion',
    'resourceVersion',
    'fieldPath',
  ] as const) {
    fields[`${prefix}.${name}`] = (object) => read(object).involvedObject?.[name] ?? '';
  }
  if (prefix === 'regarding') {
    fields['reportingController'] = (object) => read(object).reportingComponent ?? '';
    return fields;
  }
  fields['reportingComponent'] = (object) => read(object).reportingComponent ?? '';
  fields['source'] = (object) => {
    const event = read(object);
    return event.source?.component || event.reportingComponent || '';
  };
  return fields;
}

/** What holds for events of both forms. */
function sharedErrors(draft: Draft, controllerField: string): FieldError[] {
  const event = draft as unknown as AnyEvent;
  const namespace = String(draft.metadata['namespace'] ?? '');
  const about = event.involvedObject?.namespace ?? '';
  const mismatch = invalid('involvedObject.namespace', about, 'does not match event.namespace');
  const errors: FieldError[] = [];
  if (!event.eventTime) {
    const fits = about === '' ? namespace === '' || namespace === 'default' : namespace === about;
    if (!fits) errors.push(mismatch);
  } else {
    if (about === '' && !SYSTEM_NAMESPACES.includes(namespace)) errors.push(mismatch);
    errors.push(...reporterErrors(event, controllerField));
  }
  for (const message of isDns1123Subdomain(namespace)) {
    errors.push(invalid('namespace', namespace, message));
  }
  return errors;
}

function reporterErrors(event: AnyEvent, controllerField: string): FieldError[] {
  const { reportingComponent = '', reportingInstance = '', action = '' } = event;
  const { reason = '', message = '' } = event;
  const errors: FieldError[] = [];
  if (reportingComponent === '') errors.push(required(controllerField));
  errors.push(...qualifiedNameErrors(reportingComponent, controllerField));
  const named = (field: string, text: string): void => {
    if (text === '') errors.push(required(field));
    if (Buffer.byteLength(text) > NAME_MAX) errors.push(tooManyCharacters(field, NAME_MAX));
  };
  named('reportingInstance', reportingInstance);
  named('action', action);
  named('reason', reason);
  if (Buffer.byteLength(message) > MESSAGE_MAX) {
    errors.push(tooManyCharacters('message', MESSAGE_MAX));
  }
  return errors;
}

const tooManyCharacters = (field: string, most: number): FieldError =>
  invalid(field, '', `can have at most ${most} characters`);

/** What only events.k8s.io/v1 demands. */
function newStyleErrors(event: Event): FieldError[] {
  const errors: FieldError[] = [];
  if (event.series !== undefined) {
    if ((event.series.count ?? 0) < 2) {
      errors.push(invalid('series.count', '', 'should be at least 2'));
    }
    if (!event.series.lastObservedTime) errors.push(required('series.lastObservedTime'));
  }
  if (!event.eventTime) errors.push(required('eventTime'));
  const type: string = event.type ?? '';
  if (type !== 'Normal' && type !== 'Warning') {
    errors.push(invalid('type', '', `has invalid value: ${type}`));
  }
  const unset = (field: string): number => errors.push(invalid(field, '', 'needs to be unset'));
  if (event.firstTimestamp) unset('firstTimestamp');
  if (event.lastTimestamp) unset('lastTimestamp');
  if (event.count) unset('count');
  if (event.source?.component || event.source?.host) unset('source');
  return errors;
}

function eventCells(event: Event, context: PrintContext): (string | number)[] {
  const { involvedObject = {}, source = {} } = event;
  const first = ageCell(event.firstTimestamp ?? event.eventTime ?? undefined, context);
  const last = event.series?.lastObservedTime ?? event.lastTimestamp;
  const kindName = (involvedObject.kind ?? '').toLowerCase();
  const component = source.component || event.reportingComponent || '';
  const instance = source.host || event.reportingInstance || '';
  return [
    last ? ageCell(last, context) : first,
    event.type ?? '',
    event.reason ?? '',
    involvedObject.name ? `${kindName}/${involvedObject.name}` : kindName,
    involvedObject.fieldPath ?? '',
    instance ? `${component}, ${instance}` : component,
    (event.message ?? '').trim(),
    first,
    event.series?.count ?? (event.count || 1),
    event.metadata.name,
  ];
}

/** A field as refusals show it. */
function valueOf(event: object, field: string): unknown {
  const value = (event as Readonly<Record<string, unknown>>)[field];
  return field === 'involvedObject' || field === 'related' ? printableReference(value) : value;
}

/** A reference as Go prints it. */
function printableReference(value: unknown): unknown {
  if (value === undefined || value === null) return value;
  const reference = value as Readonly<Record<string, string | undefined>>;
  return {
    Kind: reference['kind'] ?? '',
    Namespace: reference['namespace'] ?? '',
    Name: reference['name'] ?? '',
    UID: reference['uid'] ?? '',
    APIVersion: reference['apiVersion'] ?? '',
    ResourceVersion: reference['resourceVersion'] ?? '',
    FieldPath: reference['fieldPath'] ?? '',
  };
}
