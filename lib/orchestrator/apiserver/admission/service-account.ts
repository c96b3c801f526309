/**
 * ServiceAccount: gives pods the `default` account and mounts its token.
 * FIDELITY: the volume's random suffix is one per pod template, not one per pod, so that pods of
 * a template share their spec; nothing depends on it.
 */
import type { Container, PodSpec, ServiceAccount, Volume } from '../../api/objects';
import { objectKey } from '../../api/object';
import { forbiddenError } from '../../api/status-error';
import type { AdmissionContext, AdmissionRequest, AdmissionStep } from './admission';
import { PodSpecMemo } from './pod-spec-memo';

const TOKEN_PATH = '/var/run/secrets/kubernetes.io/serviceaccount';
const memo = new PodSpecMemo();

export const serviceAccount: AdmissionStep = {
  name: 'ServiceAccount',
  resources: ['pods'],
  verbs: ['create'],
  mutate(request, server) {
    const draft = request.draft!;
    const spec = draft['spec'] as PodSpec;
    const name = spec.serviceAccountName || 'default';
    const account = findAccount(request, server, name);
    const circumstances = `${request.namespace}/${name}@${account.metadata.resourceVersion}`;
    memo.apply(draft, circumstances, (given) => withAccount(server, given, account));
  },
};

function findAccount(
  request: AdmissionRequest,
  server: AdmissionContext,
  name: string,
): ServiceAccount {
  const key = objectKey(request.namespace, name);
  const account = server.store.get('serviceaccounts', key) as ServiceAccount | undefined;
  if (account !== undefined) return account;
  throw forbiddenError(
    { group: '', resource: 'pods' },
    request.name,
    `error looking up service account ${key}: serviceaccount "${name}" not found`,
  );
}

function withAccount(server: AdmissionContext, spec: PodSpec, account: ServiceAccount): PodSpec {
  const { name } = account.metadata;
  const named = { ...spec, serviceAccountName: name, serviceAccount: name } as PodSpec;
  const secrets = (spec as { imagePullSecrets?: readonly unknown[] }).imagePullSecrets;
  const withSecrets =
    secrets?.length || !account.imagePullSecrets?.length
      ? named
      : ({ ...named, imagePullSecrets: account.imagePullSecrets } as PodSpec);
  const automount =
    (spec as { automountServiceAccountToken?: boolean }).automountServiceAccountToken ??
    account.automountServiceAccountToken ??
    true;
  return automount ? withToken(server, withSecrets) : withSecrets;
}

function withToken(server: AdmissionContext, spec: PodSpec): PodSpec {
  const lacks = (container: Container): boolean =>
    !container.volumeMounts?.some((mount) => mount.mountPath === TOKEN_PATH);
  // Pods without containers are refused later.
  const containers = (spec.containers as readonly Container[] | undefined) ?? [];
  const all = [...(spec.initContainers ?? []), ...containers];
  if (!all.some(lacks)) return spec;
  const volume = tokenVolume(`kube-api-access-${server.random.nameSuffix()}`);
  const mount = { name: volume.name, readOnly: true, mountPath: TOKEN_PATH };
  const mounted = (container: Container): Container =>
    lacks(container)
      ? { ...container, volumeMounts: [...(container.volumeMounts ?? []), mount] }
      : container;
  return {
    ...spec,
    ...(spec.initContainers ? { initContainers: spec.initContainers.map(mounted) } : {}),
    containers: spec.containers.map(mounted),
    volumes: [...(spec.volumes ?? []), volume],
  };
}

function tokenVolume(name: string): Volume {
  return {
    name,
    projected: {
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [
              {
                path: 'namespace',
                fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' },
              },
            ],
          },
        },
      ],
    },
  } as Volume;
}
