/** Runs the admission steps over a request: the mutating pass, and later the validating one. */
import type { AdmissionRequest, AdmissionStep } from './admission';
import { resourceNameOf } from '../resource-registry';
import type { ServerContext } from '../server-context';

const concerns = (step: AdmissionStep, request: AdmissionRequest): boolean =>
  (step.verbs === undefined || step.verbs.includes(request.verb)) &&
  (step.resources === undefined || step.resources.includes(resourceNameOf(request.kind)));

export function admit(request: AdmissionRequest, server: ServerContext): void {
  for (const step of server.admission) {
    if (step.mutate !== undefined && concerns(step, request)) step.mutate(request, server);
  }
}

export function check(request: AdmissionRequest, server: ServerContext): void {
  for (const step of server.admission) {
    if (step.validate !== undefined && concerns(step, request)) step.validate(request, server);
  }
}
