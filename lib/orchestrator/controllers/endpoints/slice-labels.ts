/** The labels of a slice: the service's own, and those by which slices are found. */
import type { StringMap } from '../../api/object';
import type { Service } from '../../api/objects';
import { SERVICE_NAME_LABEL } from '../../api/objects';

export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by';
export const SLICE_CONTROLLER = 'endpointslice-controller.k8s.io';
const HEADLESS_LABEL = 'service.kubernetes.io/headless';

export function sliceLabels(service: Service): StringMap {
  const labels: Record<string, string> = { ...service.metadata.labels };
  const { clusterIP } = service.spec;
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None') {
    labels[HEADLESS_LABEL] = '';
  } else delete labels[HEADLESS_LABEL];
  labels[SERVICE_NAME_LABEL] = service.metadata.name;
  labels[MANAGED_BY_LABEL] = SLICE_CONTROLLER;
  return labels;
}
