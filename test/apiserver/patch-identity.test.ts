import type { ApiStatusError } from '../../lib/orchestrator/api/status-error';
import { Simulation } from '../controllers/kit/simulation';

/** What the server says to a patch of ConfigMap `one`. Recorded from Kubernetes 1.36.3. */
function refusal(metadata: object): ApiStatusError {
  const { user } = new Simulation({ controllers: [], withNodes: false });
  const draft = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' } };
  user.create('configmaps', 'default', draft as never);
  try {
    user.patch('configmaps', 'default', 'one', 'merge', { metadata });
  } catch (error) {
    return error as ApiStatusError;
  }
  throw new Error('The patch was taken.');
}

describe('A patch', () => {
  it('cannot change the uid, which the server says twice', () => {
    const { status } = refusal({ uid: 'x' });
    expect(status.code).toBe(422);
    expect(status.message).toBe(
      'ConfigMap "one" is invalid: metadata.uid: Invalid value: "x": field is immutable',
    );
    expect(status.details?.causes).toHaveLength(2);
  });

  it('cannot change the name', () => {
    const { status } = refusal({ name: 'other' });
    expect(status.code).toBe(400);
    expect(status.message).toBe(
      'the name of the object (other) does not match the name on the URL (one)',
    );
  });
});
