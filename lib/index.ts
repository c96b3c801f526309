/**
 * The public API of `cdk8s-drydock`: constructs, and nothing that loads the orchestrator.
 */
export * from './constructs';
