import { MicroserviceStack, StatefulDatabase } from '../../lib';
import { chart } from './synthesis';

describe("what the constructs write, with Kubernetes' meaning", () => {
  it('is the same amount in another spelling', () => {
    const scope = chart();
    new MicroserviceStack(scope, 'web', { image: 'web:1', cpuRequest: '0.25', memoryLimit: '1Gi' });
    expect(scope).toHaveResource('apps/v1/Deployment', {
      metadata: { name: 'web' },
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'web',
                resources: { requests: { cpu: '250m' }, limits: { memory: '1024Mi', cpu: '0.5' } },
              },
            ],
          },
        },
      },
    });
  });

  it('is the same number or share of pods', () => {
    const scope = chart();
    new MicroserviceStack(scope, 'web', {
      image: 'web:1',
      maxSurge: '25%',
      budgetMaxUnavailable: 2,
    });
    expect(scope).toHaveResource('Deployment', {
      spec: { strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 0 } } },
    });
    expect(scope).toHaveResource('PodDisruptionBudget', { spec: { maxUnavailable: 2 } });
    expect(scope).not.toHaveResource('PodDisruptionBudget', { spec: { maxUnavailable: 1 } });
  });

  it('is a claim of the size that was asked for', () => {
    const scope = chart();
    new StatefulDatabase(scope, 'db', { storage: '2048Mi' });
    expect(scope).toHaveResource('StatefulSet', {
      spec: {
        volumeClaimTemplates: [{ spec: { resources: { requests: { storage: '2Gi' } } } }],
      },
    });
    expect(scope).not.toHaveResource('Secret');
  });
});
