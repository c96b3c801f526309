/** Whether a manifest has at least what is asked for, with Kubernetes' meaning of values. */
import { compareQuantities, isQuantity } from '../orchestrator/api/quantity';

export interface Difference {
  /** `spec.template.spec.containers[0].image` */
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Fields under which values are quantities. */
const QUANTITIES = /(^|\.)(requests|limits|capacity|hard|min|max|default|defaultRequest)\.[^.]+$/;

/** What of `partial` the manifest lacks; lists must have the items, in any order for maps. */
export function differences(actual: unknown, partial: unknown, path = ''): Difference[] {
  if (isAsymmetric(partial)) {
    return partial.asymmetricMatch(actual) ? [] : [difference(path, partial.toString(), actual)];
  }
  if (Array.isArray(partial)) return listDifferences(actual, partial, path);
  if (typeof partial === 'object' && partial !== null) return mapDifferences(actual, partial, path);
  return sameValue(actual, partial, path)
    ? []
    : [difference(path, JSON.stringify(partial), actual)];
}

interface Asymmetric {
  asymmetricMatch(value: unknown): boolean;
}

const isAsymmetric = (value: unknown): value is Asymmetric =>
  typeof (value as Asymmetric | null)?.asymmetricMatch === 'function';

function mapDifferences(actual: unknown, partial: object, path: string): Difference[] {
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) {
    return [difference(path, 'a map', actual)];
  }
  const map = actual as Readonly<Record<string, unknown>>;
  return Object.entries(partial).flatMap(([key, value]) =>
    differences(map[key], value, path === '' ? key : `${path}.${key}`),
  );
}

/** Each asked-for item must match one of the list's; the closest is shown if none does. */
function listDifferences(actual: unknown, partial: readonly unknown[], path: string): Difference[] {
  if (!Array.isArray(actual)) return [difference(path, 'a list', actual)];
  const left = actual.map((item: unknown, index) => ({ item, index }));
  return partial.flatMap((wanted) => {
    const compared = left
      .map((candidate) => ({
        candidate,
        found: differences(candidate.item, wanted, `${path}[${candidate.index}]`),
      }))
      .sort((a, b) => a.found.length - b.found.length);
    const best = compared[0];
    if (best === undefined) return [difference(path, JSON.stringify(wanted), undefined)];
    if (best.found.length === 0) left.splice(left.indexOf(best.candidate), 1);
    return best.found;
  });
}

function sameValue(actual: unknown, wanted: unknown, path: string): boolean {
  if (actual === wanted) return true;
  if (actual === undefined || actual === null || typeof actual === 'object') return false;
  // IntOrString: 80 and '80' mean the same port or number.
  if (String(actual) === String(wanted)) return true;
  if (!QUANTITIES.test(path)) return false;
  const [a, b] = [String(actual), String(wanted)];
  return isQuantity(a) && isQuantity(b) && compareQuantities(a, b) === 0;
}

const difference = (path: string, expected: string, found: unknown): Difference => ({
  path,
  expected,
  found: found === undefined ? 'nothing' : JSON.stringify(found),
});
