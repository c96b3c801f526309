import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PodTemplateSpec } from '../../../lib/orchestrator/api/objects';
import {
  revisionHash,
  templateHash,
} from '../../../lib/orchestrator/controllers/framework/template-hash';

interface Recorded {
  readonly hash: string;
  /** Of a ReplicaSet or of a DaemonSet's revision. */
  readonly template?: PodTemplateSpec;
  /** Of a StatefulSet's revision. */
  readonly data?: object;
}

/** What a real control plane named ReplicaSets and ControllerRevisions. */
const recorded = readFileSync(join(__dirname, 'data', 'recorded-hashes.ndjson'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

describe('The hash in a name made from a template', () => {
  test('is the one that kube-controller-manager gives', () => {
    const hashes = recorded.map(({ template, data }) =>
      template === undefined ? revisionHash(data!) : templateHash(template),
    );
    expect(hashes).toEqual(recorded.map(({ hash }) => hash));
    expect(recorded.filter(({ data }) => data !== undefined).length).toBeGreaterThan(5);
    expect(hashes.length).toBeGreaterThan(50);
  });

  test('is another after a collision', () => {
    const { template } = recorded.find((one) => one.template !== undefined)!;
    const { data } = recorded.find((one) => one.data !== undefined)!;
    expect(templateHash(template!, 1)).not.toBe(templateHash(template!));
    expect(revisionHash(data!, 1)).not.toBe(revisionHash(data!));
  });

  test('looks at the bytes of letters beyond ASCII, and at what Go escapes in JSON', () => {
    const named = (name: string): object => ({ spec: { template: { metadata: { name } } } });
    // As Go's own encoding/json and hash/fnv give them.
    expect(revisionHash(named('<'))).toBe('b448f65dc');
    expect(revisionHash(named('é & \u2028'))).toBe('65c97cf6b');
  });
});
