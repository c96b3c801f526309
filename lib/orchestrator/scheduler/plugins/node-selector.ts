/** Compiled node selectors: spec.nodeSelector, node affinity terms, volumes' node affinity. */
import type { StringMap } from '../../api/object';
import type {
  Node,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  Pod,
  PodSpec,
} from '../../api/objects';
import type { NodeInfo } from '../cache/node-info';

/** What a node selector looks at. */
export interface Selectable {
  readonly labels: StringMap;
  readonly name: string;
}

type NodeTest = (node: Selectable) => boolean;

const terms = new WeakMap<object, NodeTest>();
const maps = new WeakMap<StringMap, NodeTest>();
const EVERY: NodeTest = () => true;

/** Whether the pod's nodeSelector and required node affinity allow a node. */
export function requiredNodes(spec: PodSpec): NodeTest | undefined {
  const selector = spec.nodeSelector;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const byLabels = selector === undefined ? undefined : compileMap(selector);
  const byTerms = required === undefined ? undefined : compileTerms(required.nodeSelectorTerms);
  if (byLabels === undefined || byTerms === undefined) return byLabels ?? byTerms;
  return (node) => byLabels(node) && byTerms(node);
}

/** Terms are ORed; one without requirements matches nothing. */
export function compileTerms(list: readonly NodeSelectorTerm[]): NodeTest {
  const known = terms.get(list);
  if (known !== undefined) return known;
  const tests = list.map(compileTerm);
  const test: NodeTest = (node) => {
    for (const matches of tests) if (matches(node)) return true;
    return false;
  };
  terms.set(list, test);
  return test;
}

/** Requirements of one term are ANDed. */
export function compileTerm(term: NodeSelectorTerm): NodeTest {
  const known = terms.get(term);
  if (known !== undefined) return known;
  const tests = [
    ...(term.matchExpressions ?? []).map((requirement) =>
      compileRequirement(requirement, (node) => node.labels[requirement.key]),
    ),
    ...(term.matchFields ?? []).map((requirement) =>
      compileRequirement(requirement, (node) => node.name),
    ),
  ];
  const test: NodeTest = (node) => {
    if (tests.length === 0) return false;
    for (const matches of tests) if (!matches(node)) return false;
    return true;
  };
  terms.set(term, test);
  return test;
}

/** As `requiredNodes`, of a node object that the cache may not hold. */
export function podAllowsNode(pod: Pod, node: Node): boolean {
  const test = requiredNodes(pod.spec);
  return test === undefined || test(selectable(node));
}

export const selectable = (node: Node | NodeInfo): Selectable =>
  'metadata' in node
    ? { name: node.metadata.name, labels: node.metadata.labels ?? {} }
    : { name: node.name, labels: node.labels };

function compileMap(map: StringMap): NodeTest {
  const known = maps.get(map);
  if (known !== undefined) return known;
  const entries = Object.entries(map);
  const test: NodeTest =
    entries.length === 0
      ? EVERY
      : ({ labels }) => {
          for (const [key, value] of entries) if (labels[key] !== value) return false;
          return true;
        };
  maps.set(map, test);
  return test;
}

function compileRequirement(
  { operator, values = [] }: NodeSelectorRequirement,
  valueOf: (node: Selectable) => string | undefined,
): NodeTest {
  const wanted = new Set(values);
  switch (operator) {
    case 'In':
      return (node) => {
        const value = valueOf(node);
        return value !== undefined && wanted.has(value);
      };
    case 'NotIn':
      return (node) => {
        const value = valueOf(node);
        return value === undefined || !wanted.has(value);
      };
    case 'Exists':
      return (node) => valueOf(node) !== undefined;
    case 'DoesNotExist':
      return (node) => valueOf(node) === undefined;
    case 'Gt':
      return (node) => integer(valueOf(node)) > integer(values[0]);
    case 'Lt':
      return (node) => integer(valueOf(node)) < integer(values[0]);
    default:
      return () => false;
  }
}

/** NaN for what is no integer: it compares false with everything. */
const integer = (text: string | undefined): number =>
  text !== undefined && /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
