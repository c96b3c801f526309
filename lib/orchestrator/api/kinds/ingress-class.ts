/** IngressClass (networking.k8s.io/v1): which controller serves which Ingresses. */
import type { FieldError } from '../field-error';
import { forbidden, invalid, notSupported, required, tooLong } from '../field-error';
import { isDns1123Label, isDns1123Subdomain, validateObjectMeta } from '../names';
import { ageCell, kind } from './define';
import { immutableField, invalidFor } from './fields/field-validation';
import { referenceErrors } from './ingress';

interface Parameters {
  readonly apiGroup?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly scope?: string;
  readonly namespace?: string;
}

interface ClassSpec {
  readonly controller?: string;
  readonly parameters?: Parameters;
}

const CONTROLLER_MAX = 250;
const DEFAULT_CLASS = 'ingressclass.kubernetes.io/is-default-class';
const PATH_PATTERN = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
const PATH = new RegExp(`^${PATH_PATTERN}$`);

const specOf = (object: unknown): ClassSpec => (object as { spec?: ClassSpec }).spec ?? {};

export const ingressClassKind = kind({
  apiVersion: 'networking.k8s.io/v1',
  plural: 'ingressclasses',
  updateOrder: ['metadata', 'changes', 'whole'],
  generation: 'spec',
  applyDefaults(draft) {
    const { parameters } = specOf(draft);
    draft['spec'] ??= {};
    if (parameters === undefined || parameters.scope !== undefined) return;
    draft['spec'] = { ...specOf(draft), parameters: { ...parameters, scope: 'Cluster' } };
  },
  validate(draft) {
    const { controller = '', parameters } = specOf(draft);
    return [
      ...validateObjectMeta(draft.metadata, false, isDns1123Subdomain),
      ...controllerErrors(controller, 'spec.controller'),
      ...(parameters === undefined ? [] : parameterErrors(parameters, 'spec.parameters')),
    ];
  },
  validateUpdate: (draft, old) =>
    immutableField(specOf(draft).controller, specOf(old).controller, 'spec.controller'),
  cells(object, context) {
    const { controller = '', parameters } = specOf(object);
    const isDefault = object.metadata.annotations?.[DEFAULT_CLASS] === 'true';
    const group = parameters?.apiGroup === undefined ? '' : `.${parameters.apiGroup}`;
    return [
      isDefault ? `${object.metadata.name} (default)` : object.metadata.name,
      controller,
      parameters === undefined ? '<none>' : `${parameters.kind}${group}/${parameters.name}`,
      ageCell(object.metadata.creationTimestamp, context),
    ];
  },
});

/** `example.com/controller`. */
function controllerErrors(controller: string, field: string): FieldError[] {
  const errors = controller.length > CONTROLLER_MAX ? [tooLong(field, CONTROLLER_MAX)] : [];
  if (controller === '') return [required(field)];
  const slash = controller.indexOf('/');
  const host = controller.slice(0, Math.max(0, slash));
  const path = controller.slice(slash + 1);
  if (slash < 1 || path === '') {
    const why = 'must be a domain-prefixed path (such as "acme.io/foo")';
    return [...errors, invalid(field, controller, why)];
  }
  errors.push(...invalidFor(field, host, isDns1123Subdomain(host)));
  if (PATH.test(path)) return errors;
  const why = `Invalid path (regex used for validation is '${PATH_PATTERN}')`;
  return [...errors, invalid(field, path, why)];
}

function parameterErrors(parameters: Parameters, path: string): FieldError[] {
  const { scope, namespace } = parameters;
  const errors = referenceErrors(parameters, path);
  const field = `${path}.namespace`;
  if (scope === undefined) return [...errors, required(`${path}.scope`)];
  if (scope === 'Namespace') {
    if (namespace === undefined) {
      return [...errors, required(field, "`parameters.scope` is set to 'Namespace'")];
    }
    return [...errors, ...invalidFor(field, namespace, isDns1123Label(namespace))];
  }
  if (scope !== 'Cluster') {
    return [...errors, notSupported(`${path}.scope`, scope, ['Cluster', 'Namespace'])];
  }
  if (namespace === undefined) return errors;
  return [...errors, forbidden(field, "`parameters.scope` is set to 'Cluster'")];
}
