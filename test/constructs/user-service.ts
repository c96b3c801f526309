/** The stack that most tests of MicroserviceStack look at. */
import { MicroserviceStack } from '../../lib';
import type { MicroserviceStackProps } from '../../lib';
import { chart } from './synthesis';

export const CONTAINER = 'spec.template.spec.containers.0';

export function stack(props: Partial<MicroserviceStackProps> = {}) {
  const scope = chart();
  const made = new MicroserviceStack(scope, 'user-service', {
    image: 'user-service:1.0.0',
    ...props,
  });
  return { scope, made };
}
