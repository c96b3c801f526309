/**
 * The public API of `cdk8s-drydock`: constructs, and the validation plugin that cdk8s-cli looks for
 * in a package's root. Neither loads the orchestrator.
 */
export * from './constructs';
export { SimulationValidation } from './validation';
export type { SimulationValidationProps } from './validation';
