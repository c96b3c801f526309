import type { ApiStatusError } from '../../lib/orchestrator/api/status-error';
import { administrator } from '../../lib/orchestrator/cluster/apply-objects';
import { Cluster } from '../../lib/orchestrator/cluster/cluster';

/** What the server says to a patch of ConfigMap `one`. Recorded from Kubernetes 1.36.3. */
function refusal(patch: object): ApiStatusError {
  const { api } = new Cluster({ withoutNodes: true });
  const draft = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
  api.create(administrator, 'configmaps', 'default', draft);
  try {
    api.patch(administrator, 'configmaps', 'default', 'one', 'merge', patch);
  } catch (error) {
    return error as ApiStatusError;
  }
  throw new Error('The patch was taken.');
}

describe('A patch', () => {
  it('cannot change the uid, which the server says twice', () => {
    const { status } = refusal({ metadata: { uid: 'x' } });
    expect(status.code).toBe(422);
    expect(status.message).toBe(
      'ConfigMap "one" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    );
    expect(status.details?.causes).toHaveLength(2);
  });

  it('cannot change the name', () => {
    const { status } = refusal({ metadata: { name: 'other' } });
    expect(status.code).toBe(400);
    expect(status.message).toBe(
      'the name of the object (other) does not match the name on the URL (one)',
    );
  });

  it.each([
    [{ kind: 'Node' }, 'converting (v1.Node) to (core.ConfigMap): unknown conversion'],
    [
      { apiVersion: 'apps/v1', kind: 'Deployment' },
      'converting (v1.Deployment) to (core.ConfigMap): unknown conversion',
    ],
    [
      { apiVersion: 'v2' },
      'no kind "ConfigMap" is registered for version "v2" in scheme "pkg/runtime/scheme.go:111"',
    ],
    [{ kind: 'Secret', data: { x: 'y' } }, 'illegal base64 data at input byte 0'],
  ])('cannot change the type: %j', (patch, why) => {
    const { status } = refusal(patch);
    expect(status.code).toBe(422);
    expect(status.message).toMatch(/^ "" is invalid: patch: Invalid value: "/);
    expect(status.message?.endsWith(`": ${why}`)).toBe(true);
  });
});
