/**
 * A changed ConfigMap rolls the pods that read it. Kubernetes itself does not restart pods when
 * their configuration changes; an annotation with the configuration's checksum changes the pod
 * template, and so makes it do so.
 */
import { createHash } from 'node:crypto';
import type { ConfigMap, Workload } from 'cdk8s-plus-27';
import { Manifest } from '../manifest/manifest';
import type { WorkloadManifest } from '../manifest/workload-manifest';

/** A checksum of configuration in the pod template. */
export class ConfigChecksum {
  /** The annotation that holds the checksum. */
  static readonly ANNOTATION = 'checksum/config';

  /** Rolls the pods of a workload whenever one of the ConfigMaps changes. */
  static applyTo(workload: Workload, configMaps: readonly ConfigMap[]): void {
    if (configMaps.length === 0) return;
    Manifest.of(workload).complete((document: WorkloadManifest) => {
      const { metadata } = document.spec.template;
      metadata.annotations = {
        ...metadata.annotations,
        [ConfigChecksum.ANNOTATION]: checksum(configMaps),
      };
    });
  }
}

function checksum(configMaps: readonly ConfigMap[]): string {
  const hash = createHash('sha256');
  for (const configMap of configMaps) {
    // Neither the order of the keys nor that of the maps' contents makes a difference to a pod.
    for (const contents of [configMap.data, configMap.binaryData]) {
      const keys = Object.keys(contents).sort();
      hash.update(JSON.stringify([configMap.name, keys.map((key) => [key, contents[key]])]));
    }
  }
  return hash.digest('hex');
}
