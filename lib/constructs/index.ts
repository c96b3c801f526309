/**
 * Everything a cdk8s app may use of this folder.
 */
export * from './autoscaler';
export * from './config-checksum';
export * from './disruption-budget';
export * from './edge-service';
export * from './graceful-drain';
export * from './hardening';
export * from './health-probes';
export * from './host-anti-affinity';
export * from './labels';
export * from './manifest';
export * from './microservice-stack';
export * from './microservice-stack-props';
export * from './network-isolation';
export * from './network-peer';
export * from './object-group';
export type { ManifestFields } from './override';
export type { PlacementProps } from './placement';
export * from './quota-namespace';
export * from './refusal';
export * from './resource-profile';
export * from './rolling-update';
export * from './stack-props';
export * from './stateful-database';
export * from './stateful-database-props';
export * from './three-tier-app';
export * from './three-tier-app-props';
export * from './zone-spread';
