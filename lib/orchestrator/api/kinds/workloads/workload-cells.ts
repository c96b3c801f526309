/** Cells that the tables of workloads share: their containers, images and selectors. */
import { formatLabelMap } from '../../label-selector';
import type { KubeObject } from '../../object';
import type { Container, PodTemplateSpec } from '../../objects';

type Containers = readonly Pick<Container, 'name' | 'image'>[];

/** Names of containers, and their images, each in one cell. */
export const containerCells = (containers: Containers | undefined): [string, string] => [
  (containers ?? []).map(({ name }) => name).join(','),
  (containers ?? []).map(({ image }) => image).join(','),
];

export const templateCells = (template: PodTemplateSpec | undefined): [string, string] =>
  containerCells(template?.spec.containers);

export const labelsCell = (labels: Readonly<Record<string, string>> | undefined): string =>
  formatLabelMap(labels) || '<none>';

/** A count of the status, 0 while it is not there. */
export function statusCount(object: KubeObject, name: string): number {
  const status = (object as { status?: Readonly<Record<string, unknown>> }).status;
  const count = status?.[name];
  return typeof count === 'number' ? count : 0;
}
