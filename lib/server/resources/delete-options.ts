/** How a delete is to be done, as its body says or, without a body, its URL. */
import { invalid, type FieldError } from '../../orchestrator/api/field-error';
import { badRequestError, invalidError } from '../../orchestrator/api/status-error';
import type { DeleteOptions } from '../../orchestrator/apiserver/requests';

interface RawOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: DeleteOptions['preconditions'];
  readonly dryRun?: readonly string[];
}

const POLICIES = ['Foreground', 'Background', 'Orphan'];

/** @param body what the request brought, undefined for nothing; it hides the URL's options */
export function deleteOptionsOf(body: unknown, query: URLSearchParams): DeleteOptions {
  const raw = body === undefined || body === null ? fromQuery(query) : body;
  requireOptions(raw as { kind?: unknown; apiVersion?: unknown });
  const { dryRun = [], ...options } = raw as RawOptions;
  const errors = [...dryRunErrors(dryRun), ...propagationErrors(options)];
  if (errors.length > 0) throw invalidError('meta.k8s.io', 'DeleteOptions', '', errors);
  return { ...withoutNulls(options), dryRun: dryRun.includes('All') } as DeleteOptions;
}

/** Every group has options of this kind, and a body need not name one. */
function requireOptions({
  kind,
  apiVersion = 'v1',
}: {
  kind?: unknown;
  apiVersion?: unknown;
}): void {
  if (kind === undefined || kind === '' || kind === 'DeleteOptions') return;
  throw badRequestError(
    `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} ` +
      'in scheme "pkg/runtime/scheme.go:111"',
  );
}

function fromQuery(query: URLSearchParams): RawOptions {
  const grace = query.get('gracePeriodSeconds');
  const policy = query.get('propagationPolicy');
  const orphan = query.get('orphanDependents');
  return {
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(orphan === null ? {} : { orphanDependents: orphan === 'true' || orphan === '1' }),
    dryRun: query.getAll('dryRun'),
  };
}

/** A dry run is of all of a request. */
export function dryRunErrors(dryRun: readonly string[]): FieldError[] {
  if (dryRun.every((value) => value === 'All')) return [];
  const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
  return [{ type: 'FieldValueNotSupported', field: 'dryRun', message }];
}

function propagationErrors({ propagationPolicy, orphanDependents }: RawOptions): FieldError[] {
  const field = 'propagationPolicy';
  if (propagationPolicy === undefined || propagationPolicy === null) return [];
  if (orphanDependents !== undefined && orphanDependents !== null) {
    const why = 'orphanDependents and deletionPropagation cannot be both set';
    return [invalid(field, propagationPolicy, why)];
  }
  if (POLICIES.includes(propagationPolicy)) return [];
  const supported = [...POLICIES, 'nil'].map((policy) => JSON.stringify(policy)).join(', ');
  const value = JSON.stringify(propagationPolicy);
  const message = `Unsupported value: ${value}: supported values: ${supported}`;
  return [{ type: 'FieldValueNotSupported', field, message }];
}

const withoutNulls = (options: object): object =>
  Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== null && value !== undefined),
  );
