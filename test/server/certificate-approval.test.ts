/** Approvals as `kubectl certificate` sends them: the whole request, in protobuf. */
import { withServed } from './serving';

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const PEM = '-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n';

/** A field of bytes in protobuf's wire format. */
function field(number: number, value: string | Buffer): Buffer {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}

const approval = (type: string): Buffer => {
  const meta = field(1, 'jane');
  const spec = Buffer.concat([field(1, PEM), field(5, 'client auth'), field(7, 'a.b/c')]);
  const condition = Buffer.concat([field(1, type), field(2, 'Tested'), field(6, 'True')]);
  const object = Buffer.concat([field(1, meta), field(2, spec), field(3, field(1, condition))]);
  const kind = Buffer.concat([
    field(1, 'certificates.k8s.io/v1'),
    field(2, 'CertificateSigningRequest'),
  ]);
  // Longer than 127 bytes: the length takes two.
  const raw = Buffer.concat([
    Buffer.from([(2 << 3) | 2, (object.length & 127) | 128, object.length >> 7]),
    object,
  ]);
  return Buffer.concat([Buffer.from('k8s\0'), field(1, kind), raw]);
};

test('a request says who asked, and is approved once and for all', async () => {
  await withServed(async ({ ask, url }) => {
    const created = await ask('POST', REQUESTS, {
      apiVersion: 'certificates.k8s.io/v1',
      kind: 'CertificateSigningRequest',
      metadata: { name: 'jane' },
      spec: {
        request: Buffer.from(PEM).toString('base64'),
        signerName: 'a.b/c',
        usages: ['client auth'],
        username: 'somebody-else',
      },
    });
    expect(created.body['spec']).toMatchObject({ username: 'kubernetes-admin' });
    const decide = async (type: string): Promise<Response> =>
      fetch(`${url}${REQUESTS}/jane/approval`, {
        method: 'PUT',
        headers: { 'content-type': 'application/vnd.kubernetes.protobuf' },
        body: approval(type),
      });
    expect((await decide('Approved')).status).toBe(200);
    const { body } = await ask('GET', `${REQUESTS}/jane`);
    expect(body['status']).toMatchObject({
      conditions: [{ type: 'Approved', status: 'True', reason: 'Tested' }],
    });
    const denied = (await (await decide('Denied')).json()) as { message: string };
    expect(denied.message).toContain(
      'status.conditions: Forbidden: updates may not remove a condition of type "Approved"',
    );
  });
});
