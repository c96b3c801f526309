#!/usr/bin/env node
/** The program `cdk8s-drydock`: hands the process's own streams to the CLI and ends with its code. */
import { runCli } from './cli';
import { processTerminal } from './terminal';

void runCli(process.argv.slice(2), processTerminal()).then((code) => {
  process.exitCode = code;
});
