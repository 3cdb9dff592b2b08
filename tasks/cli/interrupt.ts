/**
 * Ctrl-C and SIGTERM as an abort signal: work in progress is finished and saved, then the process ends
 * with the code that a shell expects.
 *
 * @module
 */
import { say } from "./print.ts";

/** Listens for interrupts until disposed. */
export interface Interrupts extends Disposable {
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Exit code of the interrupt that came, 130 or 143; undefined before. */
  readonly exitCode: number | undefined;
}

/** Starts to listen. A second interrupt ends the process at once. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const codes: [Deno.Signal, number][] = [["SIGINT", 130]];
  if (Deno.build.os !== "windows") codes.push(["SIGTERM", 143]);
  const listeners = codes.map(([name, code]) => {
    const listener = () => {
      if (exitCode !== undefined) Deno.exit(code);
      exitCode = code;
      say(`${name}: finishing this step and saving; once more ends at once`);
      controller.abort(name);
    };
    Deno.addSignalListener(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
    [Symbol.dispose]: () => {
      for (const [name, listener] of listeners) Deno.removeSignalListener(name, listener);
    },
  };
}
