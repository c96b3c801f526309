/** The flags of kubectl's verbs: their letters, and whether they take a value. */

const SHORT: Readonly<Record<string, string>> = {
  A: 'all-namespaces',
  c: 'container',
  e: 'env',
  f: 'filename',
  i: 'stdin',
  k: 'kustomize',
  L: 'label-columns',
  l: 'selector',
  n: 'namespace',
  o: 'output',
  p: 'patch',
  q: 'quiet',
  R: 'recursive',
  r: 'replicas',
  s: 'server',
  t: 'tty',
  v: 'v',
  w: 'watch',
};

/** What some verbs have these letters stand for. */
const SHORT_OF_VERB: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  delete: { i: 'interactive' },
  expose: { l: 'labels' },
  logs: { f: 'follow', p: 'previous' },
  run: { l: 'labels' },
  set: { c: 'containers' },
};

const WITHOUT_VALUE = new Set(
  (
    'all all-containers all-namespaces all-pods allow-missing-template-keys append-hash attach ' +
    'cached command containers delete-emptydir-data disable-compression disable-eviction edit ' +
    'expose follow force force-conflicts global-default ignore-daemonsets ignore-errors ' +
    'ignore-not-found insecure-skip-tls-verify insecure-skip-tls-verify-backend interactive ' +
    'leave-stdin-open list local match-server-version namespaced no-headers now openapi-patch ' +
    'output-watch-events overwrite prefix previous privileged prune quiet record recursive resolve ' +
    'rm save-config server-print server-side show-capacity show-events show-kind show-labels ' +
    'show-managed-fields show-secrets show-swap stdin sum timestamps tty use-protocol-buffers wait ' +
    'warnings-as-errors watch watch-only windows-line-endings'
  ).split(' '),
);

/** Flags that may have a value, and what their mere presence stands for. */
const WITHOUT_VALUE_AS: Readonly<Record<string, string>> = {
  cascade: 'background',
  'dry-run': 'unchanged',
  validate: 'strict',
};

const WITH_VALUE = new Set(
  (
    'aggregation-rule annotation annotations api-group api-version as as-group as-uid ' +
    'as-user-extra cache-dir categories cert certificate-authority chunk-size class ' +
    'client-certificate client-key cluster cluster-ip clusterip clusterrole concurrency container ' +
    'context cpu cpu-percent current-replicas default-backend description detach-keys ' +
    'docker-email docker-password docker-server docker-username env external-ip external-name ' +
    'field-manager field-selector filename for from from-env-file from-file from-literal ' +
    'grace-period group hard image image-pull-policy key keys kubeconfig kuberc kustomize ' +
    'label-columns labels limit-bytes limits load-balancer-ip log-flush-frequency max ' +
    'max-log-requests max-unavailable memory min min-available name namespace node-port ' +
    'non-resource-url output override-type overrides password patch patch-file ' +
    'pod-running-timeout pod-selector port preemption-policy profile profile-output protocol ' +
    'prune-allowlist raw replicas request-timeout requests resource resource-name ' +
    'resource-version restart revision role rule schedule scopes selector server serviceaccount ' +
    'session-affinity since since-time skip-wait-for-delete-timeout sort-by subresource tail ' +
    'target-port tcp template timeout tls-server-name to-revision token type types user username ' +
    'v value verb verbs vmodule'
  ).split(' '),
);

/** The name that a letter stands for; undefined if none. */
export const fullName = (verb: string | undefined, letter: string): string | undefined =>
  SHORT_OF_VERB[verb ?? '']?.[letter] ?? SHORT[letter];

/** Whether any verb has a flag of that name. */
export const isFlag = (name: string): boolean =>
  WITHOUT_VALUE.has(name) || WITH_VALUE.has(name) || name in WITHOUT_VALUE_AS;

/** The value of a flag that is given none; undefined if it needs one. */
export function valueAlone(verb: string | undefined, name: string): string | undefined {
  // `set` names containers where `top` tells them apart.
  if (verb === 'set' && name === 'containers') return undefined;
  return WITHOUT_VALUE.has(name) ? 'true' : WITHOUT_VALUE_AS[name];
}
