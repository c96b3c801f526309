/** ServiceAccount (core/v1): the identity of pods. Tokens are made by the token subresource. */
import { isDns1123Subdomain, validateObjectMeta } from '../names';
import { kind } from './define';

const ENFORCE_MOUNTABLE = 'kubernetes.io/enforce-mountable-secrets';

export const serviceAccountKind = kind({
  apiVersion: 'v1',
  plural: 'serviceaccounts',
  updateOrder: ['metadata', 'whole'],
  validate: (draft) => validateObjectMeta(draft.metadata, true, isDns1123Subdomain),
  warnings(draft) {
    const annotations = (draft.metadata['annotations'] ?? {}) as Record<string, string>;
    if (annotations[ENFORCE_MOUNTABLE] === undefined) return [];
    return [
      `metadata.annotations[${ENFORCE_MOUNTABLE}]: deprecated in v1.32+; prefer separate ` +
        'namespaces to isolate access to mounted secrets',
    ];
  },
});
