/**
 * What `cdk8s synth` runs: every app of this folder, one file of YAML each.
 */
import { App } from 'cdk8s';
import { ComposePort } from './compose-port/compose-port';
import { Microservices } from './microservices/microservices';
import { Shop } from './three-tier/shop';

const app = new App();
new Shop(app, 'three-tier');
new Microservices(app, 'microservices', { namespace: 'microservices', makeNamespace: true });
new ComposePort(app, 'compose-port');
app.synth();
