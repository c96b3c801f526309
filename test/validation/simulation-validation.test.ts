import { App, Chart } from 'cdk8s';
import type { MicroserviceStackProps } from '../../lib';
import { MicroserviceStack, SimulationValidation } from '../../lib';
import type { SimulationValidationProps } from '../../lib';
import { Shop } from '../../apps/three-tier/shop';
import type { ValidationViolation } from '../../lib/validation/validation-plugin';

interface Outcome {
  status?: string;
  metadata?: { readonly [key: string]: string };
  violations: ValidationViolation[];
}

async function validate(
  objects: unknown[],
  props: SimulationValidationProps = {},
): Promise<Outcome> {
  const outcome: Outcome = { violations: [] };
  await new SimulationValidation(props).validate({
    manifests: ['dist/app.k8s.yaml'],
    parseManifest: () => objects,
    logger: { log: () => undefined },
    report: {
      addViolation: (violation) => void outcome.violations.push(violation),
      submit: (status, metadata) => void Object.assign(outcome, { status, metadata }),
    },
  });
  return outcome;
}

function stack(props: Partial<MicroserviceStackProps> = {}): unknown[] {
  const chart = new Chart(new App(), 'test');
  new MicroserviceStack(chart, 'web', { image: 'web:1', autoscaling: false, ...props });
  return chart.toJson();
}

describe('SimulationValidation', () => {
  it('passes the shop, which becomes available', async () => {
    const shop = new Shop(new App(), 'shop').toJson();
    const { status, metadata, violations } = await validate([...shop, null]);
    expect(violations).toEqual([]);
    expect(status).toBe('success');
    expect(metadata).toMatchObject({ objects: String(shop.length), nodes: '9' });
  });

  it('assumes Secrets and namespaces that others make', async () => {
    const objects = stack({
      namespace: 'elsewhere',
      secretEnv: { TOKEN: { secretName: 'made-elsewhere', key: 'token' } },
    });
    expect(await validate(objects)).toMatchObject({ status: 'success', violations: [] });
  });

  it('names what the API server refuses, and the field', async () => {
    const objects = stack();
    const service = objects.find((object) => (object as { kind: string }).kind === 'Service');
    Object.assign((service as { spec: object }).spec, { sessionAffinity: 'Sometimes' });
    const { status, violations } = await validate(objects);
    expect(status).toBe('failure');
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({
      ruleName: 'api-server-refuses',
      recommendation: expect.stringContaining('Sometimes'),
      violatingResources: [
        {
          resourceName: 'web',
          locations: ['spec.sessionAffinity'],
          manifestPath: 'dist/app.k8s.yaml',
        },
      ],
    });
  });

  it('names a workload that never becomes available, and why', async () => {
    const { status, violations } = await validate(
      stack({ replicas: 4, hostAntiAffinityRequired: true }),
      { zones: ['a'], nodesPerZone: 3, within: '2m' },
    );
    expect(status).toBe('failure');
    expect(violations).toHaveLength(1);
    expect(violations[0]).toMatchObject({ ruleName: 'never-available' });
    expect(violations[0]?.recommendation).toContain(
      'Deployment/web is not available after 2m: 3 of 4 updated replicas are available; ' +
        "Unschedulable: 0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules.",
    );
  });
});
