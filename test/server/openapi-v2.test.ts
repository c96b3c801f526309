/** `/openapi/v2`, as people read it and as kubectl takes it. */
import { openApiV2 } from '../../lib/orchestrator/api/schema/openapi-v2';
import { encodeOpenApiV2 } from '../../lib/server/documents/openapi-protobuf';
import { withServed } from './serving';

const KIND = 'x-kubernetes-group-version-kind';
const PROTOBUF = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';

/** The fields of a protobuf message, each by its number. */
function fieldsOf(bytes: Buffer): (readonly [number, Buffer | number])[] {
  const fields: (readonly [number, Buffer | number])[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++]!;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const value = varint();
    if ((tag & 7) === 0) fields.push([tag >> 3, value]);
    else fields.push([tag >> 3, bytes.subarray(at, (at += value))]);
  }
  return fields;
}

const only = (bytes: Buffer, number: number): Buffer =>
  fieldsOf(bytes).find(([field]) => field === number)![1] as Buffer;
/** The entry of a map of messages. */
const entry = (map: Buffer, number: number, name: string): Buffer =>
  only(
    fieldsOf(map)
      .filter(([field]) => field === number)
      .map(([, value]) => value as Buffer)
      .find((pair) => only(pair, 1).toString() === name)!,
    2,
  );

describe('the OpenAPI v2 document', () => {
  test('defines each type by the names of version 2', () => {
    const { definitions } = openApiV2();
    expect(definitions['io.k8s.api.apps.v1.RollingUpdateDeployment']).toEqual({
      type: 'object',
      properties: {
        maxSurge: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
        maxUnavailable: { $ref: '#/definitions/io.k8s.apimachinery.pkg.util.intstr.IntOrString' },
      },
    });
    expect(definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toEqual({
      type: 'string',
      format: 'int-or-string',
    });
    expect(definitions['io.k8s.api.core.v1.ContainerPort']).toEqual({
      type: 'object',
      required: ['containerPort'],
      properties: {
        containerPort: { type: 'integer', format: 'int32' },
        hostIP: { type: 'string' },
        hostPort: { type: 'integer', format: 'int32' },
        name: { type: 'string' },
        protocol: { type: 'string', enum: ['SCTP', 'TCP', 'UDP'] },
      },
    });
    expect(definitions['io.k8s.api.apps.v1.Deployment']![KIND]).toEqual([
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ]);
  });

  test('says of paths which kind they are for and that fields are validated', () => {
    const { paths } = openApiV2();
    const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']!['patch'];
    expect(patch).toMatchObject({
      [KIND]: { group: 'apps', kind: 'Deployment', version: 'v1' },
      consumes: expect.arrayContaining(['application/strategic-merge-patch+json']) as unknown,
      parameters: expect.arrayContaining([
        { uniqueItems: true, type: 'string', name: 'fieldValidation', in: 'query' },
      ]) as unknown,
    });
  });

  test('comes as JSON, and as protobuf to who asks for that', async () => {
    await withServed(async ({ ask, url }) => {
      expect((await ask('GET', '/openapi/v2')).body['swagger']).toBe('2.0');
      const response = await fetch(`${url}/openapi/v2`, { headers: { accept: PROTOBUF } });
      expect(response.headers.get('content-type')).toContain('proto-openapi.spec.v2');
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.equals(encodeOpenApiV2(openApiV2()))).toBe(true);
    });
  });
});

describe('the document in protobuf', () => {
  const document = encodeOpenApiV2(openApiV2());

  test('has the messages of OpenAPIv2.proto at their numbers', () => {
    expect(only(document, 1).toString()).toBe('2.0');
    const definitions = only(document, 9);
    const port = entry(definitions, 1, 'io.k8s.api.core.v1.ContainerPort');
    expect(only(port, 19).toString()).toBe('containerPort');
    const number = entry(only(port, 25), 1, 'containerPort');
    expect(only(number, 2).toString()).toBe('int32');
    expect(only(only(number, 22), 1).toString()).toBe('integer');
    const protocol = entry(only(port, 25), 1, 'protocol');
    expect(only(only(protocol, 20), 2).toString()).toBe('"SCTP"\n');
  });

  test('keeps what Kubernetes adds as YAML', () => {
    const deployment = entry(only(document, 9), 1, 'io.k8s.api.apps.v1.Deployment');
    const extension = only(deployment, 31);
    expect(only(extension, 1).toString()).toBe(KIND);
    expect(JSON.parse(only(only(extension, 2), 2).toString())).toEqual([
      { group: 'apps', kind: 'Deployment', version: 'v1' },
    ]);
  });
});
