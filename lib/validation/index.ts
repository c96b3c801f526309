/**
 * The entry point `cdk8s-drydock/validation`.
 */
export { SimulationValidation, type SimulationValidationProps } from './simulation-validation';
export type { Validation, ValidationContext } from './validation-plugin';
