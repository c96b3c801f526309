/**
 * Which nodes a pod's nodeSelector and required node affinity allow, and a volume's node affinity.
 * Selectors are compiled once: pods of one template share theirs, and a scheduler asks of every
 * node.
 */
import type { StringMap } from './object';
import type { Node, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from './objects';

/** What a node selector looks at. */
export interface Selectable {
  readonly name: string;
  readonly labels: StringMap;
}

export type NodeTest = (node: Selectable) => boolean;

/** Whether the pod's nodeSelector and required node affinity allow a node. */
export function selectsNode(spec: PodSpec, node: Node): boolean {
  const test = requiredNodes(spec);
  if (test === undefined) return true;
  return test({ name: node.metadata.name, labels: node.metadata.labels ?? {} });
}

/** A test for nodes that the pod may run on; undefined if it may run on all. */
export function requiredNodes(spec: PodSpec): NodeTest | undefined {
  const selector = spec.nodeSelector;
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const byLabels = selector === undefined ? undefined : compileLabels(selector);
  const byTerms = required === undefined ? undefined : compileTerms(required.nodeSelectorTerms);
  if (byLabels === undefined || byTerms === undefined) return byLabels ?? byTerms;
  return (node) => byLabels(node) && byTerms(node);
}

const compiled = new WeakMap<object, NodeTest>();

/** Terms are ORed. */
export const compileTerms = (terms: readonly NodeSelectorTerm[]): NodeTest =>
  remembered(terms, () => {
    const tests = terms.map(compileTerm);
    return (node) => {
      for (const matches of tests) if (matches(node)) return true;
      return false;
    };
  });

/** Requirements of one term are ANDed; a term without any matches nothing. */
export const compileTerm = (term: NodeSelectorTerm): NodeTest =>
  remembered(term, () => {
    const expressions = (term.matchExpressions ?? []).map((requirement) =>
      compileRequirement(requirement, ({ labels }) => labels[requirement.key]),
    );
    const fields = (term.matchFields ?? []).map((requirement) =>
      compileRequirement(requirement, ({ name }) => name),
    );
    const tests = [...expressions, ...fields];
    return (node) => {
      for (const matches of tests) if (!matches(node)) return false;
      return tests.length > 0;
    };
  });

const compileLabels = (map: StringMap): NodeTest =>
  remembered(map, () => {
    const entries = Object.entries(map);
    return ({ labels }) => {
      for (const [key, value] of entries) if (labels[key] !== value) return false;
      return true;
    };
  });

function remembered(source: object, compile: () => NodeTest): NodeTest {
  let test = compiled.get(source);
  if (test === undefined) {
    test = compile();
    compiled.set(source, test);
  }
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
