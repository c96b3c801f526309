/** Discovery: which groups, versions and resources there are, in both forms that clients ask for. */
import { createHash } from 'node:crypto';
import type { KindDefinition } from '../../orchestrator/api/kind';
import {
  discovery,
  type DiscoveredResource,
} from '../../orchestrator/api/schema/discovered-resources';

interface Entry extends DiscoveredResource {
  /** `pods`, `pods/status` */
  readonly path: string;
}

/** The order in which a real API server lists its groups. */
const GROUP_ORDER = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'resource.k8s.io',
  'flowcontrol.apiserver.k8s.io',
  'metrics.k8s.io',
];

const METRICS: readonly (readonly [string, DiscoveredResource])[] = [
  ['nodes', { kind: 'NodeMetrics', namespaced: false, verbs: ['get', 'list'], singularName: '' }],
  ['pods', { kind: 'PodMetrics', namespaced: true, verbs: ['get', 'list'], singularName: '' }],
];

const groupOf = (groupVersion: string): string =>
  groupVersion.includes('/') ? groupVersion.split('/')[0]! : '';
const versionOf = (groupVersion: string): string => groupVersion.split('/').at(-1)!;

/** Resources by `group/version` (`v1` for core). */
type GroupVersions = ReadonlyMap<string, readonly Entry[]>;

export class Discovery {
  private readonly builtIn: GroupVersions;
  /** The kinds that definitions define now. */
  readonly custom: () => readonly KindDefinition[];

  /**
   * @param metrics whether a metrics server serves metrics.k8s.io
   */
  constructor(metrics: boolean, custom: () => readonly KindDefinition[] = () => []) {
    this.builtIn = byGroupVersion(metrics);
    this.custom = custom;
  }

  private get groupVersions(): GroupVersions {
    const custom = this.custom();
    if (custom.length === 0) return this.builtIn;
    const all = new Map(this.builtIn);
    for (const kind of custom) {
      const groupVersion = `${kind.group}/${kind.version}`;
      all.set(groupVersion, [...(all.get(groupVersion) ?? []), ...customEntries(kind)]);
    }
    return all;
  }

  /** `/api` */
  apiVersions(): object {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: '127.0.0.1' }],
    };
  }

  /** `/apis` */
  groupList(): object {
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: this.groups().map(({ name, versions }) => apiGroup(name, versions)),
    };
  }

  /** `/apis/GROUP` */
  groupNamed(name: string): object | undefined {
    const found = this.groups().find((group) => group.name === name);
    if (found === undefined) return undefined;
    return { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found.name, found.versions) };
  }

  /** `/api/v1`, `/apis/GROUP/VERSION` */
  resourceList(groupVersion: string): object | undefined {
    const entries = this.groupVersions.get(groupVersion);
    if (entries === undefined) return undefined;
    const resources = entries.map(({ path, kind, namespaced, verbs, ...rest }) => ({
      name: path,
      singularName: rest.singularName ?? '',
      namespaced,
      kind,
      verbs,
      ...(rest.group === undefined ? {} : { group: rest.group }),
      ...(rest.version === undefined ? {} : { version: rest.version }),
      ...(rest.shortNames ? { shortNames: rest.shortNames } : {}),
      ...(rest.categories ? { categories: rest.categories } : {}),
      ...storageHash(groupVersion, { path, kind, verbs }),
    }));
    const core = groupOf(groupVersion) === '';
    return {
      kind: 'APIResourceList',
      ...(core ? {} : { apiVersion: 'v1' }),
      groupVersion,
      resources,
    };
  }

  /** The aggregated form: everything below /api or /apis in one answer. */
  aggregated(core: boolean): object {
    const items = core
      ? [{ metadata: {}, versions: [this.aggregatedVersion('v1')] }]
      : this.groups().map(({ name, versions }) => ({
          metadata: { name },
          versions: versions.map((version) => this.aggregatedVersion(`${name}/${version}`)),
        }));
    return {
      kind: 'APIGroupDiscoveryList',
      apiVersion: 'apidiscovery.k8s.io/v2',
      metadata: {},
      items,
    };
  }

  private groups(): { name: string; versions: string[] }[] {
    const names = [...new Set([...this.groupVersions.keys()].map(groupOf))].filter(Boolean);
    const rank = (name: string): number => {
      const at = GROUP_ORDER.indexOf(name);
      return at < 0 ? GROUP_ORDER.length : at;
    };
    names.sort((a, b) => rank(a) - rank(b));
    return names.map((name) => ({
      name,
      versions: [...this.groupVersions.keys()]
        .filter((gv) => groupOf(gv) === name)
        .map(versionOf)
        .sort(byPriority),
    }));
  }

  private aggregatedVersion(groupVersion: string): object {
    const entries = this.groupVersions.get(groupVersion) ?? [];
    const main = entries.filter((entry) => !entry.path.includes('/'));
    const resources = main.map((entry) => ({
      resource: entry.path,
      responseKind: { group: '', version: '', kind: entry.kind },
      scope: entry.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: entry.singularName ?? '',
      verbs: entry.verbs,
      ...(entry.shortNames ? { shortNames: entry.shortNames } : {}),
      ...(entry.categories ? { categories: entry.categories } : {}),
      ...subresourcesOf(entries, entry.path),
    }));
    return { version: versionOf(groupVersion), resources, freshness: 'Current' };
  }
}

/** In which version objects are stored, as clients that migrate them can tell. */
function storageHash(
  groupVersion: string,
  { path, kind, verbs }: Pick<Entry, 'path' | 'kind' | 'verbs'>,
): { storageVersionHash?: string } {
  if (path.includes('/') || !verbs.includes('create') || !verbs.includes('watch')) return {};
  const stored = STORED_AS[`${groupOf(groupVersion)}/${path}`] ?? groupVersion;
  const text = `${groupOf(stored)}/${versionOf(stored)}/${kind}`;
  const digest = createHash('sha256').update(text).digest();
  return { storageVersionHash: digest.subarray(0, 8).toString('base64') };
}

/** Where it is not the version that is asked about. */
const STORED_AS: Readonly<Record<string, string>> = {
  'autoscaling/horizontalpodautoscalers': 'autoscaling/v2',
  'events.k8s.io/events': 'v1',
};

/** Versions that are stable come first, then betas, then alphas; of each the newest. */
function byPriority(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => {
    const [, major = '0', level = '', minor = '0'] =
      /^v(\d+)(alpha|beta)?(\d+)?$/.exec(version) ?? [];
    const rank = version.startsWith('v') ? ['alpha', 'beta', ''].indexOf(level) : -1;
    return [rank, Number(major), Number(minor)];
  });
  for (let i = 0; i < 3; i++) if (left![i] !== right![i]) return right![i]! - left![i]!;
  return a < b ? -1 : 1;
}

function customEntries(kind: KindDefinition): Entry[] {
  const { kind: name, plural, namespaced, singular, shortNames, categories } = kind;
  const part = { namespaced, verbs: ['get', 'patch', 'update'], singularName: '' };
  return [
    {
      path: plural,
      kind: name,
      namespaced,
      verbs: CUSTOM_VERBS,
      singularName: singular,
      ...(shortNames.length > 0 ? { shortNames } : {}),
      ...(categories.length > 0 ? { categories } : {}),
    },
    ...kind.subresources.map((subresource) =>
      subresource === 'scale'
        ? { ...part, path: `${plural}/scale`, kind: 'Scale', group: 'autoscaling', version: 'v1' }
        : { ...part, path: `${plural}/${subresource}`, kind: name },
    ),
  ];
}

const CUSTOM_VERBS = [
  'delete',
  'deletecollection',
  'get',
  'list',
  'patch',
  'create',
  'update',
  'watch',
];

function byGroupVersion(metrics: boolean): GroupVersions {
  const found = new Map<string, Entry[]>();
  const add = (groupVersion: string, path: string, discovered: DiscoveredResource): void => {
    const list = found.get(groupVersion) ?? [];
    list.push({ ...discovered, path });
    found.set(groupVersion, list);
  };
  for (const key of Object.keys(discovery)) {
    const space = key.indexOf(' ');
    add(key.slice(0, space), key.slice(space + 1), discovery[key]!);
  }
  if (!metrics) return found;
  for (const [path, discovered] of METRICS) add('metrics.k8s.io/v1beta1', path, discovered);
  return found;
}

function apiGroup(name: string, versions: readonly string[]): object {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
  return { name, versions: all, preferredVersion: all[0] };
}

function subresourcesOf(entries: readonly Entry[], path: string): object {
  const subresources = entries
    .filter((entry) => entry.path.startsWith(`${path}/`))
    .map((entry) => ({
      subresource: entry.path.slice(path.length + 1),
      responseKind: { group: entry.group ?? '', version: entry.version ?? '', kind: entry.kind },
      verbs: entry.verbs,
    }));
  return subresources.length > 0 ? { subresources } : {};
}
