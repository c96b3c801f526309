/**
 * How long a request is under way before the server answers it. Clients that act on answers
 * (kubectl, scripts) meet the control plane as far ahead as they would in a real cluster: what
 * follows a write is under way by the time they ask for it. The instants in between pass.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

/** Virtual milliseconds; the transport and this server's own work come on top. */
const READ_MS = 1;
const WRITE_MS = 2;
/** TCP, TLS and authentication: more for the first request of a connection. */
const CONNECT_MS = 5;

export class AnswerTimes {
  private readonly known = new WeakSet<Socket>();

  /** Virtual milliseconds from a request's arrival until it is carried out and answered. */
  of({ method, socket }: IncomingMessage): number {
    const connecting = this.known.has(socket) ? 0 : CONNECT_MS;
    this.known.add(socket);
    return connecting + (method === 'GET' ? READ_MS : WRITE_MS);
  }
}
