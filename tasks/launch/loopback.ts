/**
 * Where a page is served: on this machine, to those who work on it.
 *
 * @module
 */

/** The machine itself; no other machine reaches it. */
export const LOOPBACK = "127.0.0.1";

/** The port, unless another is asked for. */
export const PORT = 7373;
