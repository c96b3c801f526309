/**
 * Two objects of one kind, namespace and name are one object to Kubernetes: the second silently
 * replaces the first. cdk8s does not notice; an app that holds one of our constructs does.
 */
import { ApiObject } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';

const guarded = new WeakSet<IConstruct>();

/** Makes synthesis of the construct's app fail when two of its objects are the same to Kubernetes. */
export function refuseDuplicates(construct: Construct): void {
  const root = construct.node.root;
  if (guarded.has(root)) return;
  guarded.add(root);
  root.node.addValidation({ validate: () => duplicates(root) });
}

function duplicates(root: IConstruct): string[] {
  const paths = new Map<string, string>();
  const errors: string[] = [];
  for (const child of root.node.findAll()) {
    if (!ApiObject.isApiObject(child)) continue;
    const namespace = child.metadata.namespace ?? 'default';
    const identity = `${child.apiGroup}/${child.kind} ${namespace}/${child.name}`;
    const first = paths.get(identity);
    if (first === undefined) paths.set(identity, child.node.path);
    else errors.push(duplicateError(child, namespace, first));
  }
  return errors;
}

function duplicateError(object: ApiObject, namespace: string, first: string): string {
  const name = `${object.kind}/${object.name} in namespace '${namespace}'`;
  return `${object.node.path} makes ${name}, which ${first} makes too; give one of them another name`;
}
