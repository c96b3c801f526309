/**
 * What `cdk8s synth` runs: every app of this folder, one file of YAML each in dist/. For
 * `cdk8s synth -p` it is one file for all, since the CLI copies several of them to its output at
 * once, one into the other.
 */
import { App, YamlOutputType } from 'cdk8s';
import { addApps } from './apps';

const { CDK8S_OUTDIR: outdir = 'dist' } = process.env;
const yamlOutputType =
  outdir === 'dist' ? YamlOutputType.FILE_PER_CHART : YamlOutputType.FILE_PER_APP;

const app = new App({ outdir, yamlOutputType });
addApps(app);
app.synth();
