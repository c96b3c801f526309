/**
 * PodSecurity, of which only the check of a namespace's labels is here.
 *
 * FIDELITY: the levels that the labels name are not enforced on pods.
 */
import { invalid } from '../../api/field-error';
import type { StringMap } from '../../api/object';
import { invalidError } from '../../api/status-error';
import type { AdmissionStep } from './admission';

const PREFIX = 'pod-security.kubernetes.io/';
const MODES = ['enforce', 'audit', 'warn'];
const LEVELS = ['privileged', 'baseline', 'restricted'];

export const podSecurityLabels: AdmissionStep = {
  name: 'PodSecurity',
  resources: ['namespaces'],
  verbs: ['create', 'update'],
  validate({ draft, old, name }) {
    const labels = (draft!.metadata['labels'] ?? {}) as StringMap;
    const before = old?.metadata.labels;
    const errors = MODES.flatMap((mode) => {
      const level = `${PREFIX}${mode}`;
      const version = `${level}-version`;
      const changed = (key: string): string | undefined =>
        labels[key] === before?.[key] ? undefined : labels[key];
      const [newLevel, newVersion] = [changed(level), changed(version)];
      return [
        ...(newLevel === undefined || LEVELS.includes(newLevel)
          ? []
          : [invalid(field(level), newLevel, `must be one of ${LEVELS.join(', ')}`)]),
        ...(newVersion === undefined || /^(latest|v1\.(0|[1-9]\d*))$/.test(newVersion)
          ? []
          : [invalid(field(version), newVersion, 'must be "latest" or "v1.x"')]),
      ];
    });
    if (errors.length > 0) throw invalidError('', 'Namespace', name, errors);
  },
};

const field = (label: string): string => `metadata.labels[${label}]`;
