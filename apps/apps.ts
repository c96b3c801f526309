/**
 * Every app of this folder. `cdk8s synth` writes them, and the tests deploy them; importing a chart
 * has no effect of its own.
 */
import type { App } from 'cdk8s';
import { ComposePort } from './compose-port/compose-port';
import { Microservices } from './microservices/microservices';
import { Shop } from './three-tier/shop';

/** Adds every app, each as a chart of its own. */
export function addApps(app: App): void {
  new Shop(app, 'three-tier');
  new Microservices(app, 'microservices', { namespace: 'microservices', makeNamespace: true });
  new ComposePort(app, 'compose-port');
}
