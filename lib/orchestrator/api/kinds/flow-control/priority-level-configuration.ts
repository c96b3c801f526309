/**
 * PriorityLevelConfiguration (flowcontrol.apiserver.k8s.io/v1): how many requests of a level run at
 * once. Here they are kept, and no request waits.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid, notSupported, required } from '../../field-error';
import { isDns1123Subdomain, validateObjectMeta } from '../../names';
import { kind } from '../define';
import { plainCells } from '../plain-cells';

interface Queuing {
  readonly queues?: number;
  readonly handSize?: number;
  readonly queueLengthLimit?: number;
}

interface Limited {
  readonly nominalConcurrencyShares?: number;
  readonly lendablePercent?: number;
  readonly borrowingLimitPercent?: number;
  readonly limitResponse?: { readonly type?: string; readonly queuing?: Queuing };
}

interface Level {
  readonly type?: string;
  readonly limited?: Limited;
  readonly exempt?: object;
}

const QUEUES_MAX = 10_000_000;
const ENTROPY_BITS_MAX = 60;
const LIMITED = 'spec.limited';
const QUEUING = `${LIMITED}.limitResponse.queuing`;

const specOf = (object: unknown): Level => (object as { spec?: Level }).spec ?? {};

export const priorityLevelConfigurationKind = kind({
  apiVersion: 'flowcontrol.apiserver.k8s.io/v1',
  plural: 'prioritylevelconfigurations',
  generation: 'content',
  applyDefaults(draft) {
    const spec = specOf(draft);
    if (spec.limited) draft['spec'] = { ...spec, limited: defaulted(spec.limited) };
    draft['status'] ??= {};
  },
  validate: (draft) => [
    ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
    ...levelErrors(specOf(draft), String(draft.metadata['name'])),
  ],
  cells: plainCells('prioritylevelconfigurations')!,
});

function defaulted(limited: Limited): Limited {
  const { limitResponse } = limited;
  const queuing = limitResponse?.queuing;
  return {
    nominalConcurrencyShares: 30,
    lendablePercent: 0,
    ...limited,
    ...(queuing === undefined
      ? {}
      : {
          limitResponse: {
            ...limitResponse,
            queuing: {
              queues: queuing.queues || 64,
              handSize: queuing.handSize || 8,
              queueLengthLimit: queuing.queueLengthLimit || 50,
            },
          },
        }),
  };
}

function levelErrors({ type = '', limited }: Level, name: string): FieldError[] {
  const errors: FieldError[] = [];
  if ((type === 'Exempt') !== (name === 'exempt') && type !== '') {
    const why = "must be 'Exempt' if and only if `name` is 'exempt'";
    if (type === 'Exempt' || name === 'exempt') errors.push(invalid('spec.type', type, why));
  }
  switch (type) {
    case '':
      return [...errors, required('spec.type')];
    case 'Exempt':
      if (!limited) return errors;
      return [...errors, forbidden(LIMITED, 'must be nil if the type is not Limited')];
    case 'Limited':
      if (limited) return [...errors, ...limitedErrors(limited)];
      return [...errors, required(LIMITED, 'must not be empty when type is Limited')];
    default:
      return [...errors, notSupported('spec.type', type, ['Exempt', 'Limited'])];
  }
}

function limitedErrors(limited: Limited): FieldError[] {
  const { nominalConcurrencyShares: shares = 0, limitResponse = {} } = limited;
  const { lendablePercent = 0, borrowingLimitPercent } = limited;
  const errors: FieldError[] = [];
  if (shares < 0) {
    const why = 'must be a non-negative integer';
    errors.push(invalid(`${LIMITED}.nominalConcurrencyShares`, shares, why));
  }
  errors.push(...responseErrors(limitResponse));
  if (lendablePercent < 0 || lendablePercent > 100) {
    const why = 'must be between 0 and 100, inclusive';
    errors.push(invalid(`${LIMITED}.lendablePercent`, lendablePercent, why));
  }
  if (borrowingLimitPercent !== undefined && borrowingLimitPercent < 0) {
    const why = 'if specified, must be a non-negative integer';
    errors.push(invalid(`${LIMITED}.borrowingLimitPercent`, borrowingLimitPercent, why));
  }
  return errors;
}

function responseErrors(response: NonNullable<Limited['limitResponse']>): FieldError[] {
  const { type = '', queuing } = response;
  const field = `${LIMITED}.limitResponse.type`;
  switch (type) {
    case '':
      return [required(field)];
    case 'Reject':
      if (!queuing) return [];
      return [forbidden(QUEUING, 'must be nil if limited.limitResponse.type is not Limited')];
    case 'Queue':
      if (queuing) return queuingErrors(queuing);
      return [required(QUEUING, 'must not be empty if limited.limitResponse.type is Limited')];
    default:
      return [notSupported(field, type, ['Queue', 'Reject'])];
  }
}

function queuingErrors({ queues = 0, handSize = 0, queueLengthLimit = 0 }: Queuing): FieldError[] {
  const errors: FieldError[] = [];
  const bad = (field: string, value: number, why: string): void => {
    errors.push(invalid(`${QUEUING}.${field}`, value, why));
  };
  if (queueLengthLimit <= 0) bad('queueLengthLimit', queueLengthLimit, 'must be positive');
  if (queues <= 0) bad('queues', queues, 'must be positive');
  else if (queues > QUEUES_MAX) bad('queues', queues, `must not be greater than ${QUEUES_MAX}`);
  if (handSize <= 0) bad('handSize', handSize, 'must be positive');
  else if (handSize > queues) {
    bad('handSize', handSize, `should not be greater than queues (${queues})`);
  } else if (entropyBits(queues, handSize) > ENTROPY_BITS_MAX) {
    const cards = `deckSize ${queues} and handSize ${handSize}`;
    const why = `required entropy bits of ${cards} should not be greater than ${ENTROPY_BITS_MAX}`;
    bad('handSize', handSize, why);
  }
  return errors;
}

/** How many random bits it takes to deal a hand. */
function entropyBits(deckSize: number, handSize: number): number {
  let bits = 0;
  for (let card = 0; card < handSize; card++) bits += Math.log2(deckSize - card);
  return Math.ceil(bits);
}
