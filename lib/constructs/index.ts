/**
 * Everything a cdk8s app may use of this folder.
 */
export * from './manifest/manifest';
export * from './manifest/object-group';
export type { ManifestFields } from './manifest/override';
export * from './parts/autoscaler';
export * from './parts/config-checksum';
export * from './parts/disruption-budget';
export * from './parts/edge-service';
export * from './parts/graceful-drain';
export * from './parts/hardening';
export * from './parts/health-probes';
export * from './parts/host-anti-affinity';
export * from './parts/labels';
export * from './parts/network-isolation';
export * from './parts/network-peer';
export type { PlacementProps } from './parts/placement';
export * from './parts/quota-namespace';
export * from './parts/resource-profile';
export * from './parts/rolling-update';
export * from './parts/zone-spread';
export * from './refusals/refusal';
export * from './stacks/microservice-stack';
export * from './stacks/microservice-stack-props';
export * from './stacks/stack-props';
export * from './stacks/stateful-database';
export * from './stacks/stateful-database-props';
export * from './stacks/three-tier-app';
export * from './stacks/three-tier-app-props';
