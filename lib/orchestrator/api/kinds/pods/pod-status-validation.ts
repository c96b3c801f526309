/**
 * Validation of what is written to a pod's status by anyone but the trusted components: what is
 * fixed stays, and containers that ended for good do not live again.
 */
import type { FieldError } from '../../field-error';
import { forbidden, invalid } from '../../field-error';
import type { Draft } from '../../kind';
import type { ContainerStatus, Pod, PodStatus } from '../../objects';
import {
  dnsSubdomainErrors,
  immutableField,
  qualifiedNameErrors,
} from '../fields/field-validation';
import { ipErrors, parseIp } from '../fields/ip-addresses';
import type { DraftContainer } from './pod-spec-draft';

const SYSTEM_CONDITIONS = ['PodScheduled', 'Ready', 'Initialized'];

// FIDELITY: statuses of resource claims, of container users and of allocated resources are not
// checked: nothing here writes them.
export function podStatusErrors(draft: Draft, old: Pod): FieldError[] {
  const status = (draft.status ?? {}) as Partial<PodStatus>;
  const before = old.status;
  const { nominatedNodeName: nominated = '', conditions = [] } = status;
  const errors: FieldError[] = conditions.flatMap(({ type }, index) =>
    SYSTEM_CONDITIONS.includes(type)
      ? []
      : qualifiedNameErrors(type ?? '', `status.conditions[${index}].Type`),
  );
  const changed = nominated !== '' && nominated !== (before.nominatedNodeName ?? '');
  if (changed) errors.push(...dnsSubdomainErrors(nominated, 'status.nominatedNodeName'));
  if (changed && old.spec.nodeName) {
    const why = 'may not be set on pods that are already bound to a node';
    errors.push(forbidden('status.nominatedNodeName', why));
  }
  return [
    ...errors,
    ...immutableField(status.qosClass ?? '', before.qosClass ?? '', 'status.qosClass'),
    ...transitionErrors(old, 'containerStatuses', status),
    ...transitionErrors(old, 'initContainerStatuses', status),
    ...addressErrors(status, before),
  ];
}

function transitionErrors(
  old: Pod,
  list: 'containerStatuses' | 'initContainerStatuses',
  status: Partial<PodStatus>,
): FieldError[] {
  const specs: readonly DraftContainer[] =
    (list === 'containerStatuses' ? old.spec.containers : old.spec.initContainers) ?? [];
  return (old.status[list] ?? []).flatMap((before, index) => {
    const ended = before.state.terminated;
    const now = status[list]?.find(({ name }) => name === before.name);
    if (!ended || !now || now.state?.terminated) return [];
    const container = specs.find(({ name }) => name === before.name);
    if (container && mayRestart(container, old.spec.restartPolicy, ended)) return [];
    const field = `status.${list}[${index}].state`;
    return [forbidden(field, 'may not be transitioned to non-terminated state')];
  });
}

function mayRestart(
  container: DraftContainer,
  podPolicy: string,
  ended: NonNullable<ContainerStatus['state']['terminated']>,
): boolean {
  for (const { exitCodes } of container.restartPolicyRules ?? []) {
    const named = (exitCodes?.values ?? []).includes(ended.exitCode);
    if (exitCodes?.operator === 'In' ? named : exitCodes && !named) return true;
  }
  const policy = container.restartPolicy ?? podPolicy;
  return policy === 'Always' || (policy === 'OnFailure' && ended.exitCode !== 0);
}

function addressErrors(status: Partial<PodStatus>, old: PodStatus): FieldError[] {
  const { podIPs = [], hostIPs = [], hostIP = '' } = status;
  const kept = (list: readonly { ip: string }[] | undefined): string[] =>
    (list ?? []).map(({ ip }) => ip);
  const errors = podIPs.flatMap(({ ip }, index) =>
    ipErrors(ip, `status.podIPs[${index}]`, kept(old.podIPs)),
  );
  const families = new Set(podIPs.map(({ ip }) => parseIp(ip)?.family));
  if (podIPs.length > 2 || (podIPs.length === 2 && families.size < 2)) {
    const shown = podIPs.map(({ ip }) => ({ IP: ip }));
    const why = 'may specify no more than one IP for each IP family';
    errors.push(invalid('status.podIPs', shown, why));
  }
  const [first] = hostIPs;
  if (first !== undefined && hostIP !== first.ip) {
    errors.push(invalid('status.hostIPs[0].ip', first.ip, 'must be equal to `hostIP`'));
  }
  hostIPs.forEach(({ ip }, index) => {
    errors.push(...ipErrors(ip, `status.hostIPs[${index}]`, kept(old.hostIPs)));
  });
  return errors;
}
