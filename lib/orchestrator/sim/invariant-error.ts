/** A bug of ours, not of the user: something that can never be was. */
export class InvariantError extends Error {
  constructor(message: string) {
    super(`${message}. This is a bug in cdk8s-drydock; please report it with the seed.`);
    this.name = 'InvariantError';
  }
}
