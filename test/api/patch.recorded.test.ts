import { applyJsonPatch } from '../../lib/orchestrator/api/patch/json-patch';
import { applyMergePatch } from '../../lib/orchestrator/api/patch/merge-patch';
import { applyStrategicMergePatch } from '../../lib/orchestrator/api/patch/strategic-merge-patch';
import { isApiStatusError } from '../../lib/orchestrator/api/status-error';
import { DecodeError, decodeStrict } from '../../lib/orchestrator/api/schema/decode';
import type { JsonMap } from './recorded/cases';
import { recorded } from './recorded/cases';

const DEPLOYMENT = 'io.k8s.api.apps.v1.Deployment';

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

describe('a patch leads to what the real API server made of it', () => {
  const cases = recorded('patching');
  const base = cases[0]?.before as JsonMap;
  const skipped = /not JSON|not a map|null value|force may not/;
  for (const { name, type, body, code, message, before, after } of cases) {
    if (skipped.test(name)) continue;
    test(name, () => {
      const target = (before ?? base) as JsonMap;
      const frozen = JSON.stringify(target);
      const answer = answerTo(type ?? '', target, body as JsonMap);
      expect(JSON.stringify(target)).toBe(frozen);
      if (after !== undefined) {
        expect('object' in answer && withDefaults(answer.object)).toEqual(after);
      } else if (code === 422 && message?.includes('patch: Invalid value')) {
        const why = 'why' in answer ? answer.why : '';
        expect(message.slice(-why.length)).toBe(why);
        expect(why).not.toBe('');
      } else if ('message' in answer) {
        expect(answer).toEqual({ code, message: message ?? '' });
      } else {
        // Validation, which comes later, refused it.
        expect(message).toContain('Deployment.apps "pt" is invalid');
      }
    });
  }
});

type Answer = { object: JsonMap } | { why: string } | { code: number; message: string };

function answerTo(type: string, target: JsonMap, patch: JsonMap): Answer {
  try {
    const { object, strictErrors, words } = patched(type, target, patch);
    const decoded = decodeStrict(object, DEPLOYMENT, undefined, words);
    const errors = [...strictErrors, ...decoded.strictErrors];
    if (errors.length > 0) return { why: `strict decoding error: ${errors.join(', ')}` };
    return { object: decoded.value };
  } catch (error) {
    if (error instanceof DecodeError) return { why: error.message };
    if (isApiStatusError(error)) return { code: error.code, message: error.message };
    throw error;
  }
}

function patched(type: string, target: JsonMap, patch: JsonMap) {
  if (type.startsWith('application/json-patch')) {
    return { ...applyJsonPatch(target, patch), words: 'json' as const };
  }
  if (type.startsWith('application/merge-patch')) {
    return { object: applyMergePatch(target, patch), strictErrors: [], words: 'json' as const };
  }
  return {
    object: applyStrategicMergePatch(target, patch, DEPLOYMENT),
    strictErrors: [],
    words: 'conversion' as const,
  };
}
