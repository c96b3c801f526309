/** The resources of metrics.k8s.io, which metrics-server adds to the API; they can only be read. */
import type { KindDefinition } from '../api/kind';
import type { KubeObject } from '../api/object';

interface Metrics extends KubeObject {
  readonly usage?: Readonly<Record<string, string>>;
}

const metricsKind = (kind: string, plural: string, namespaced: boolean): KindDefinition => ({
  group: 'metrics.k8s.io',
  version: 'v1beta1',
  kind,
  plural,
  singular: '',
  shortNames: [],
  categories: [],
  namespaced,
  subresources: [],
  schema: '',
  unconditionalUpdate: true,
  createOnUpdate: false,
  generation: 'none',
  columns: [{ name: 'Name', type: 'string', format: 'name', priority: 0 }],
  cells: (object) => [(object as Metrics).metadata.name],
});

export const podMetricsKind = metricsKind('PodMetrics', 'pods', true);
export const nodeMetricsKind = metricsKind('NodeMetrics', 'nodes', false);
