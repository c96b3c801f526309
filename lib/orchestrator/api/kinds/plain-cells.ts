/**
 * The cells of built-in kinds that have no rules of their own: webhooks and policies of admission,
 * priority levels of requests, and the objects of dynamic resource allocation.
 */
import type { Cell, KindDefinition, PrintContext } from '../kind';
import { formatSelector } from '../label-selector';
import type { KubeObject } from '../object';
import { ageCell } from './define';

type Fields = Readonly<Record<string, unknown>>;
type MiddleCells = (spec: Fields, object: KubeObject) => Cell[];

const child = (fields: Fields, name: string): Fields => (fields[name] ?? {}) as Fields;
const text = (value: unknown, absent = ''): string =>
  value === undefined ? absent : String(value);
const count = (value: unknown): number => (Array.isArray(value) ? value.length : 0);

/** Between the name and the age, which all have; by the resource's plural name. */
const MIDDLE: Readonly<Record<string, MiddleCells | undefined>> = {
  mutatingwebhookconfigurations: webhookCells,
  validatingwebhookconfigurations: webhookCells,
  mutatingadmissionpolicies: (spec) => [count(spec['mutations']), paramKindCell(spec)],
  validatingadmissionpolicies: (spec) => [count(spec['validations']), paramKindCell(spec)],
  mutatingadmissionpolicybindings: bindingCells,
  validatingadmissionpolicybindings: bindingCells,
  prioritylevelconfigurations: levelCells,
  resourceclaims: (_, object) => [claimStateCell(object)],
  resourceslices: (spec) => [
    text(spec['nodeName']),
    text(spec['driver']),
    text(child(spec, 'pool')['name']),
  ],
  apiservices: apiServiceCells,
};

/** How objects of the resource are printed; undefined for those with a name and an age only. */
export function plainCells(plural: string): KindDefinition['cells'] | undefined {
  if (plural === 'flowschemas') return flowSchemaCells;
  const middle = MIDDLE[plural];
  if (middle === undefined) return undefined;
  return (object, context) => [
    object.metadata.name,
    ...middle(child(object as unknown as Fields, 'spec'), object),
    ageCell(object.metadata.creationTimestamp, context),
  ];
}

function webhookCells(_: Fields, object: KubeObject): Cell[] {
  return [count((object as unknown as Fields)['webhooks'])];
}

function paramKindCell(spec: Fields): string {
  const { apiVersion, kind } = child(spec, 'paramKind');
  return kind === undefined ? '<unset>' : `${text(apiVersion)}/${text(kind)}`;
}

function bindingCells(spec: Fields): Cell[] {
  const { name, namespace, selector } = child(spec, 'paramRef');
  const policy = text(spec['policyName']);
  if (name) return [policy, `${text(namespace || undefined, '*')}/${text(name)}`];
  return [policy, selector === undefined ? '<unset>' : formatSelector(selector)];
}

function levelCells(spec: Fields): Cell[] {
  const limited = child(spec, 'limited');
  const queuing = child(child(limited, 'limitResponse'), 'queuing');
  const cell = (value: unknown): Cell => (typeof value === 'number' ? value : '<none>');
  return [
    text(spec['type']),
    cell(limited['nominalConcurrencyShares']),
    cell(queuing['queues']),
    cell(queuing['handSize']),
    cell(queuing['queueLengthLimit']),
  ];
}

function claimStateCell(object: KubeObject): string {
  const status = child(object as unknown as Fields, 'status');
  const isDeleted = object.metadata.deletionTimestamp !== undefined;
  const states = isDeleted ? ['deleted'] : [];
  if (status['allocation'] === undefined) return isDeleted ? 'deleted' : 'pending';
  states.push('allocated');
  if (count(status['reservedFor']) > 0) states.push('reserved');
  return states.join(',');
}

function apiServiceCells(spec: Fields, object: KubeObject): Cell[] {
  const { name, namespace } = child(spec, 'service');
  const conditions = child(object as unknown as Fields, 'status')['conditions'];
  const available = (Array.isArray(conditions) ? (conditions as Fields[]) : []).find(
    ({ type }) => type === 'Available',
  );
  const isTrue = available?.['status'] === 'True';
  const reason = available?.['reason'] === undefined ? '' : ` (${text(available['reason'])})`;
  return [
    name === undefined ? 'Local' : `${text(namespace)}/${text(name)}`,
    isTrue ? 'True' : `${text(available?.['status'], 'Unknown')}${reason}`,
  ];
}

/** The age is not the last of these. */
function flowSchemaCells(object: KubeObject, context: PrintContext): Cell[] {
  const fields = object as unknown as Fields;
  const spec = child(fields, 'spec');
  const conditions = child(fields, 'status')['conditions'];
  const dangling = (Array.isArray(conditions) ? (conditions as Fields[]) : []).find(
    ({ type }) => type === 'Dangling',
  );
  return [
    object.metadata.name,
    text(child(spec, 'priorityLevelConfiguration')['name']),
    text(spec['matchingPrecedence'], '0'),
    text(child(spec, 'distinguisherMethod')['type'], '<none>'),
    ageCell(object.metadata.creationTimestamp, context),
    text(dangling?.['status'], '?'),
  ];
}
