/**
 * Listens on this machine's own address until it is told to stop.
 *
 * @module
 */
import { LockedError, ResourceError } from "../../pipeline/errors.ts";
import { LOOPBACK } from "../launch/loopback.ts";
import type { AnswerRequest } from "./app.ts";

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Fulfilled when it was told to stop, and what was asked before is answered. */
  readonly finished: Promise<void>;
}

/**
 * Starts to listen.
 *
 * @param port 0 is any that is free.
 * @throws {LockedError} where another program listens there.
 * @throws {ResourceError} where the system does not let this one.
 */
export function listen(answer: AnswerRequest, port: number, signal: AbortSignal): Listening {
  try {
    const options = { hostname: LOOPBACK, port, onListen: () => {} };
    const server = Deno.serve(options, answer);
    signal.addEventListener("abort", () => server.shutdown());
    return { port: server.addr.port, finished: server.finished };
  } catch (error) {
    throw listenFailure(port, error);
  }
}

function listenFailure(port: number, error: unknown): unknown {
  const action = `listening on ${LOOPBACK}:${port}`;
  if (error instanceof Deno.errors.AddrInUse) {
    return new LockedError(`${action}: another program does; name another --port, or 0 for any`);
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return new ResourceError(`${action}: the system does not allow it; name a --port from 1024`);
  }
  return error;
}
