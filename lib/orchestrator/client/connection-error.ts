/** The API server cannot be reached: the component is cut off, or the server is down. */
export class ConnectionError extends Error {
  constructor(component: string) {
    super(`${component} cannot reach the API server`);
    this.name = 'ConnectionError';
  }
}
