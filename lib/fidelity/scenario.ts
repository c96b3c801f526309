/** A scenario on disk: a directory with `scenario.sh`, whose header says which nodes it wants, and its manifests. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface Scenario {
  readonly name: string;
  readonly directory: string;
  readonly script: string;
  readonly title: string;
  /** `3x2 cpu=8 memory=32Gi`: zones by nodes in each, and what a node has; `none`: it brings its own. */
  readonly nodes: string;
  /** Whether it wants a metrics server. */
  readonly metrics: boolean;
  /** Names of nodes that are to fail. */
  readonly doomed: readonly string[];
}

export const GIVEN_NODES = 'none';

export function readScenario(directory: string): Scenario {
  const script = readFileSync(join(directory, 'scenario.sh'), 'utf8');
  const header = (key: string, fallback: string): string =>
    (new RegExp(`^# ${key}: (.*)$`, 'm').exec(script)?.[1] ?? fallback).trim();
  return {
    name: basename(directory),
    directory,
    script,
    title: header('title', ''),
    nodes: header('nodes', '3x2'),
    metrics: header('metrics', '') !== '',
    doomed: header('doomed', '').split(/\s+/).filter(Boolean),
  };
}

/** The scenario directories in a directory, by name. */
export const scenarioDirectories = (parent: string): string[] =>
  readdirSync(parent)
    .sort()
    .map((name) => join(parent, name))
    .filter((directory) => existsSync(join(directory, 'scenario.sh')));

/** The Node objects that a scenario wants to find. */
export function nodesOf({ nodes, doomed }: Scenario): object[] {
  const size = /^(\d+)x(\d+)/.exec(nodes);
  if (size === null) return [];
  const options = Object.fromEntries([...nodes.matchAll(/(\w+)=(\S+)/g)].map((m) => [m[1], m[2]]));
  const resources = { cpu: '8', memory: '32Gi', pods: '110', ...options };
  const objects: object[] = [];
  for (let zone = 0; zone < Number(size[1]); zone++) {
    for (let i = 1; i <= Number(size[2]); i++) {
      const letter = 'abcdefghi'[zone]!;
      const name = `node-${letter}${i}`;
      objects.push(nodeObject(name, letter, resources, doomed.includes(name)));
    }
  }
  return objects;
}

function nodeObject(name: string, zone: string, resources: object, doomed: boolean): object {
  const held = { ...resources, 'ephemeral-storage': '100Gi' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: { 'kwok.x-k8s.io/node': doomed ? 'doomed' : 'fake' },
      labels: {
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'topology.kubernetes.io/zone': `zone-${zone}`,
        'topology.kubernetes.io/region': 'region-1',
        'node.kubernetes.io/instance-type': 'm5.2xlarge',
      },
    },
    status: { allocatable: held, capacity: held },
  };
}
