/** A definition of custom resources of the kind Widget. */
type Schema = Readonly<Record<string, unknown>>;

/** @param version more of its only version, such as its subresources */
export const widgetDefinition = (properties: Schema, version: object = {}): object => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.shop.io' },
  spec: {
    group: 'shop.io',
    scope: 'Namespaced',
    names: { kind: 'Widget', plural: 'widgets' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties } },
        ...version,
      },
    ],
  },
});

/** An object with one integer. */
export const withInteger = (name: string, schema: Schema = {}) => ({
  type: 'object',
  properties: { [name]: { type: 'integer', ...schema } },
});
