/**
 * Turns for the event loop in long computations.
 *
 * @module
 */

/**
 * Lets timers, I/O and signals be served. Native tensor operations block the event loop; without a
 * turn between them, a Ctrl-C would never be seen.
 */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
