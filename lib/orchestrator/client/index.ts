/** How every component sees the cluster: requests, informers, work queues, events. */
export { Client, type ClientOptions } from './client';
export { ConnectionError } from './connection-error';
export {
  controller,
  ControllerProcess,
  type ControllerContext,
  type ControllerDefinition,
} from './controller';
export { EventRecorder, referenceOf, type Subject } from './event-recorder';
export { Informer, type InformerHandlers } from './informer';
export { WorkQueue, type WorkQueueOptions } from './work-queue';
