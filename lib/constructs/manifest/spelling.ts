/**
 * From the way cdk8s-plus holds a spec to the way the API spells it: keys sorted, undefined fields
 * left out, number-or-string unions unwrapped, and the few field names mended whose capitals
 * cdk8s-plus changed. One pass does what its own conversion does, without its list of known fields.
 */
import type { ManifestFields } from './override';

type Names = ReadonlyMap<string, string> | undefined;

// Every field of Kubernetes whose name is not simply in camel case.
const API_NAMES: Names = new Map([
  ['clientIp', 'clientIP'],
  ['clusterIp', 'clusterIP'],
  ['datasetUuid', 'datasetUUID'],
  ['diskUri', 'diskURI'],
  ['downwardApi', 'downwardAPI'],
  ['externalId', 'externalID'],
  ['hostIp', 'hostIP'],
  ['hostIpc', 'hostIPC'],
  ['hostPid', 'hostPID'],
  ['insecureSkipTlsVerify', 'insecureSkipTLSVerify'],
  ['loadBalancerIp', 'loadBalancerIP'],
  ['nodeId', 'nodeID'],
  ['pdId', 'pdID'],
  ['podCidr', 'podCIDR'],
  ['podCidRs', 'podCIDRs'],
  ['providerId', 'providerID'],
  ['scaleIo', 'scaleIO'],
  ['setHostnameAsFqdn', 'setHostnameAsFQDN'],
  ['storagePolicyId', 'storagePolicyID'],
  ['targetCpuUtilizationPercentage', 'targetCPUUtilizationPercentage'],
  ['targetWwNs', 'targetWWNs'],
  ['volumeId', 'volumeID'],
]);

// Fields whose keys are the user's own and stay as they are.
const USER_KEYED = new Set([
  'annotations',
  'binaryData',
  'data',
  'labels',
  'matchLabels',
  'nodeSelector',
  'selector',
  'stringData',
]);

/** Rewrites the fields of one object; it notices what it could not write. */
export class Spelling {
  /** Whether there was something that only cdk8s itself can resolve, such as a Lazy. */
  heldTokens = false;

  /** A value that is already in the API's spelling: sorted, without what is undefined or null. */
  tidied(value: unknown): unknown {
    return this.spelled(value, undefined);
  }

  /** A value as cdk8s-plus holds it, in the API's spelling. */
  respelled(value: unknown): unknown {
    return this.spelled(value, API_NAMES);
  }

  private spelled(value: unknown, names: Names): unknown {
    if (typeof value !== 'object' || value === null) return value ?? undefined;
    if (Array.isArray(value)) return value.map((element) => this.spelled(element, names));
    if (value.constructor !== Object) return this.unwrapped(value);
    const fields = value as ManifestFields;
    const result: ManifestFields = {};
    for (const key of sortedKeys(fields)) {
      const field = fields[key];
      if (field === undefined || field === null) continue;
      const inner = this.spelled(field, USER_KEYED.has(key) ? undefined : names);
      if (inner !== undefined) result[names?.get(key) ?? key] = inner;
    }
    return result;
  }

  private unwrapped(value: object): unknown {
    const inner = (value as { value?: unknown }).value;
    if (typeof inner === 'number' || typeof inner === 'string') return inner;
    this.heldTokens = true;
    return value;
  }
}

/** Most objects are written in order; to see that is quicker than to sort. */
function sortedKeys(fields: ManifestFields): string[] {
  const keys = Object.keys(fields);
  for (let i = 1; i < keys.length; i++) if (keys[i - 1]! > keys[i]!) return keys.sort();
  return keys;
}
