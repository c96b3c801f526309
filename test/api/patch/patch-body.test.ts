import { applyPatchBody, parsePatchBody } from '../../../lib/orchestrator/api/patch/patch-body';
import type { PatchType } from '../../../lib/orchestrator/api/patch/patch-body';
import type { FieldValidation } from '../../../lib/orchestrator/api/schema/decode-body';
import { isApiStatusError } from '../../../lib/orchestrator/api/status-error';
import type { JsonMap } from '../recorded/cases';
import { recorded } from '../recorded/cases';

const DEPLOYMENT = 'io.k8s.api.apps.v1.Deployment';
const TYPES: Record<string, PatchType> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
};

/** The defaults that the recorded patches ran into; the kinds' own tests cover defaulting. */
function withDefaults(object: JsonMap): JsonMap {
  const copy = structuredClone(object) as { spec: JsonMap };
  const template = (copy.spec.template as { spec: JsonMap }).spec;
  for (const list of ['containers', 'initContainers']) {
    for (const container of (template[list] ?? []) as JsonMap[]) {
      container.imagePullPolicy ??= 'IfNotPresent';
      container.resources ??= {};
      container.terminationMessagePath ??= '/dev/termination-log';
      container.terminationMessagePolicy ??= 'File';
      for (const port of (container.ports ?? []) as JsonMap[]) port.protocol ??= 'TCP';
    }
  }
  for (const volume of (template.volumes ?? []) as { hostPath?: JsonMap }[]) {
    if (volume.hostPath) volume.hostPath.type ??= '';
  }
  return copy as unknown as JsonMap;
}

/** The start of a message: the rest of it shows a whole object in Go's order of fields. */
const withoutObject = (message: string | undefined) =>
  message?.replace(/Invalid value: "\{.*\}": /, 'Invalid value: {…}: ');

describe('a patch leads to what the real API server made of it', () => {
  const cases = recorded('patching');
  const base = cases[0]?.before as JsonMap;
  for (const { name, path, type, body, code, message, before, after } of cases) {
    // Options are checked before the patch is looked at.
    if (name.includes('force may not be set')) continue;
    test(name, () => {
      const target = (before ?? base) as JsonMap;
      const frozen = JSON.stringify(target);
      const query = new URL(path, 'http://x').searchParams;
      const validation = (query.get('fieldValidation') ?? 'Warn') as FieldValidation;
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      let object: JsonMap | undefined;
      let refused: unknown;
      try {
        const patch = parsePatchBody(TYPES[type ?? ''] ?? 'merge', text);
        object = applyPatchBody(
          TYPES[type ?? ''] ?? 'merge',
          target,
          patch,
          DEPLOYMENT,
          validation,
        ).object;
      } catch (error) {
        refused = error;
      }
      expect(JSON.stringify(target)).toBe(frozen);
      if (isApiStatusError(refused)) {
        expect([refused.code, withoutObject(refused.message)]).toEqual([
          code,
          withoutObject(message),
        ]);
      } else if (refused !== undefined) {
        throw refused;
      } else if (after !== undefined) {
        expect(object && withDefaults(object)).toEqual(after);
      } else if (code >= 300) {
        // Validation, which comes later, refused it.
        expect(message).toContain('Deployment.apps "pt" is invalid');
      } else {
        // Without its last finalizer the object was gone.
        expect(name).toContain('delete from a primitive list');
        expect((object?.metadata as JsonMap).finalizers).toBeUndefined();
      }
    });
  }
});
