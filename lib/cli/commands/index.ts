/** The verbs, in the order in which help lists them. */
import type { CommandDefinition } from './command';
import { serveCommand } from './serve';
import { simulateCommand } from './simulate';

export const commands: readonly CommandDefinition[] = [simulateCommand, serveCommand];
