/**
 * The rule of pinned images for containers that were added to a workload later, through cdk8s-plus.
 */
import type { Workload } from 'cdk8s-plus-27';
import { imageProblem } from './image-reference';

/** Makes synthesis fail when a container of the workload does not name one certain build. */
export function refuseLatestImages(workload: Workload): void {
  workload.node.addValidation({
    validate: () =>
      [...workload.containers, ...workload.initContainers].flatMap(({ name, image }) => {
        const allowed = imageProblem(image);
        return allowed === undefined ? [] : [`container '${name}': found '${image}', ${allowed}`];
      }),
  });
}
