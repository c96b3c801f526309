/** Typed views of stored objects. */
export * from './batch';
export * from './condition';
export * from './core';
export * from './event';
export * from './node';
export * from './pod';
export * from './policy';
export * from './rbac';
export * from './services';
export * from './storage';
export * from './workloads';
