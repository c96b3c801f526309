/** Faults, injected and healed on purpose. */
export { Chaos, type Outage, type PlannedFault } from './chaos';
export type { FaultDefinition, FaultFact, World } from './fault';
export { faults } from './faults';
