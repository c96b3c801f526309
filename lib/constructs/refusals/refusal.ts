/**
 * How the constructs say no. Kubernetes refuses a broken object when it is applied; the constructs
 * refuse it at synthesis, with the construct's path, what was found and what is allowed. All
 * problems of one construct are collected before it throws.
 */
import type { IConstruct } from 'constructs';

/** What a construct found wrong with one of its props, or with an override. */
export interface Problem {
  /** The prop, in the spelling of its props interface. */
  readonly prop: string;
  /** The value that was found, as the user wrote it. */
  readonly found: string;
  /** What is allowed instead, as an instruction. */
  readonly allowed: string;
}

/** Thrown when a construct refuses what it was given. */
export class RefusedError extends Error {
  /** Path of the construct that refused. */
  readonly constructPath: string;
  /** Everything it refused, in the order in which it was checked. */
  readonly problems: readonly Problem[];

  constructor(construct: IConstruct, problems: readonly Problem[]) {
    super(problems.map((problem) => describeProblem(construct, problem)).join('\n'));
    this.name = 'RefusedError';
    this.constructPath = construct.node.path;
    this.problems = problems;
  }
}

/** Collects the problems of one construct and throws them together. */
export class Refusals {
  private readonly problems: Problem[] = [];

  constructor(private readonly construct: IConstruct) {}

  /** Notes a problem when the condition does not hold. */
  require(condition: boolean, prop: string, found: unknown, allowed: string): void {
    if (!condition) this.problems.push({ prop, found: quote(found), allowed });
  }

  /** Notes the problem that a check returned, if it returned one. */
  note(prop: string, found: unknown, allowed: string | undefined): void {
    if (allowed !== undefined) this.problems.push({ prop, found: quote(found), allowed });
  }

  /** Throws one error that lists everything noted so far. */
  throwIfAny(): void {
    if (this.problems.length > 0) throw new RefusedError(this.construct, this.problems);
  }
}

function describeProblem(construct: IConstruct, problem: Problem): string {
  return `[${construct.node.path}] ${problem.prop}: found ${problem.found}, ${problem.allowed}`;
}

function quote(found: unknown): string {
  if (typeof found === 'string') return `'${found}'`;
  return JSON.stringify(found) ?? 'nothing';
}
