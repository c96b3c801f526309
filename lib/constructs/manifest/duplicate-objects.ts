/**
 * Two objects of one kind, namespace and name are one object to Kubernetes: the second silently
 * replaces the first. cdk8s does not notice; an app that holds one of our constructs does.
 */
import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';

// How many constructs an app had when its objects were last found to be distinct. Their names never
// change, so only new constructs make it necessary to look again.
const distinct = new WeakMap<IConstruct, number>();

/** Makes synthesis of the construct's app fail when two of its objects are the same to Kubernetes. */
export function refuseDuplicates(construct: Construct): void {
  const root = construct.node.root;
  if (distinct.has(root)) return;
  distinct.set(root, 0);
  root.node.addValidation({ validate: () => duplicates(root) });
}

function duplicates(root: IConstruct): string[] {
  const constructs = root.node.findAll();
  if (distinct.get(root) === constructs.length) return [];
  const paths = new Map<string, string>();
  const errors: string[] = [];
  for (const child of constructs) {
    if (!ApiObject.isApiObject(child)) continue;
    const namespace = child.metadata.namespace ?? 'default';
    const identity = `${child.apiGroup}/${child.kind} ${namespace}/${child.name}`;
    const first = paths.get(identity);
    if (first === undefined) paths.set(identity, child.node.path);
    else errors.push(duplicateError(child, namespace, first));
  }
  if (errors.length === 0) distinct.set(root, constructs.length);
  return errors;
}

function duplicateError(object: ApiObject, namespace: string, first: string): string {
  const name = `${object.kind}/${object.name} in namespace '${namespace}'`;
  return `${object.node.path} makes ${name}, which ${first} makes too; give one of them another name`;
}
