/**
 * Deploys what `cdk8s synth` wrote to a simulated cluster, as a validation plugin of cdk8s-cli. This
 * class is all that the package's root loads; the cluster is loaded when there is something to
 * validate.
 */
import type { Validation, ValidationContext } from './validation-plugin';

/** The cluster to deploy to: `properties` of the validation in cdk8s.yaml. */
export interface SimulationValidationProps {
  /**
   * Names of the zones.
   * @default ['a', 'b', 'c']
   */
  readonly zones?: readonly string[];
  /**
   * Nodes in each zone.
   * @default 3
   */
  readonly nodesPerZone?: number;
  /**
   * CPU of each node, in cores.
   * @default '4'
   */
  readonly nodeCpu?: string;
  /**
   * Memory of each node, in bytes.
   * @default '16Gi'
   */
  readonly nodeMemory?: string;
  /**
   * Virtual time within which everything must have become available.
   * @default '10m'
   */
  readonly within?: string;
  /**
   * Seed of all chance.
   * @default 1
   */
  readonly seed?: number;
}

/**
 * Fails synthesis when the API server would refuse an object, or when a workload would never become
 * available.
 *
 * @example
 * // cdk8s.yaml
 * // validations:
 * //   - { package: ./node_modules/cdk8s-drydock, version: 0.1.0, class: SimulationValidation }
 */
export class SimulationValidation implements Validation {
  constructor(private readonly props: SimulationValidationProps = {}) {}

  /** Called by cdk8s-cli with what it has written. */
  async validate(context: ValidationContext): Promise<void> {
    const { simulateManifests } = await import('./simulated-deploy');
    simulateManifests(context, this.props);
  }
}
