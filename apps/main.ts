/**
 * What `cdk8s synth` runs: every app of this folder, one file of YAML each.
 */
import { App } from 'cdk8s';
import { addApps } from './apps';

const app = new App();
addApps(app);
app.synth();
