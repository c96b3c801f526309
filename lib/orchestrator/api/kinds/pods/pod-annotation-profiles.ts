/**
 * AppArmor profiles that a new pod names in its annotations, as before 1.30, written into the
 * fields of its containers, which is where the kubelet now looks for them.
 */
import { semanticEqual } from '../../deep-equal';
import type { StringMap } from '../../object';
import { mapSame, withFields } from '../fields/structural-sharing';
import type { DraftContainer, DraftPodSpec, DraftProfile } from './pod-spec-draft';

const PREFIX = 'container.apparmor.security.beta.kubernetes.io/';

export function withAnnotatedProfiles(
  spec: DraftPodSpec,
  annotations: StringMap | undefined,
): DraftPodSpec {
  if (!annotations || spec.os?.name === 'windows') return spec;
  if (!Object.keys(annotations).some((key) => key.startsWith(PREFIX))) return spec;
  const ofPod = spec.securityContext?.appArmorProfile;
  const inContainer = (container: DraftContainer): DraftContainer => {
    const context = container.securityContext ?? {};
    const profile = profileOf(annotations[PREFIX + (container.name ?? '')]);
    if (profile === undefined || context.appArmorProfile || semanticEqual(profile, ofPod)) {
      return container;
    }
    return { ...container, securityContext: { ...context, appArmorProfile: profile } };
  };
  return withFields(spec, {
    initContainers: mapSame(spec.initContainers, inContainer),
    containers: mapSame(spec.containers, inContainer),
  });
}

function profileOf(annotation: string | undefined): DraftProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  const local = /^localhost\/(.+)$/.exec(annotation ?? '');
  return local === null ? undefined : { type: 'Localhost', localhostProfile: local[1] };
}
