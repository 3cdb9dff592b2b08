/**
 * Ctrl-C, SIGTERM, a closed terminal and a killed wrapper as an abort signal: work in progress is
 * finished and saved, then the process ends with the code that a shell expects. Without a terminal
 * there is none to close: SIGHUP is then ignored, as `nohup` would have it, were it not for `deno task`.
 *
 * @module
 */
import { insist, say } from "./print.ts";
import { watchWrappers } from "./wrappers.ts";

/** Listens for interrupts until disposed. */
export interface Interrupts extends Disposable {
  /** Aborted by the first interrupt. */
  readonly signal: AbortSignal;
  /** Exit code of the interrupt that came, 129, 130 or 143; undefined before. */
  readonly exitCode: number | undefined;
  /** What `work` comes to. Where an interrupt ends it, this says `what` and ends the process. */
  unlessStopped<T>(work: Promise<T>, what: string): Promise<T>;
}

/** Exit codes of interrupts, as shells have them: 128 and the signal's number. */
const CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

type Name = keyof typeof CODES;

/** A signal that comes to a process and by way of its wrapper comes twice, within milliseconds. */
const ECHO_MILLISECONDS = 500;

/**
 * Starts to listen. A second interrupt ends the process at once.
 *
 * @param finishing what is done before the process ends, in words.
 */
export function listenForInterrupts(finishing = "finishing this step and saving"): Interrupts {
  const controller = new AbortController();
  let first: { readonly name: Name; readonly at: number } | undefined;
  const detached = !hasTerminal();
  const interrupt = (name: Name, why: string) => {
    if (name === "SIGHUP" && detached) return;
    const now = performance.now();
    if (first) {
      if (first.name === name && now - first.at < ECHO_MILLISECONDS) return;
      Deno.exit(CODES[name]);
    }
    first = { name, at: now };
    say(`${why}: ${finishing}; once more ends at once`);
    controller.abort(name);
  };
  const unwatch = watchWrappers(() =>
    first ?? interrupt("SIGTERM", "what started this command has ended")
  );
  const unlisten = signalNames().map((name) => listen(name, () => interrupt(name, name)));
  return {
    signal: controller.signal,
    get exitCode() {
      return first && CODES[first.name];
    },
    async unlessStopped(work, what) {
      try {
        return await work;
      } catch (error) {
        if (!first) throw error;
        insist(what);
        Deno.exit(CODES[first.name]);
      }
    },
    [Symbol.dispose]: () => [unwatch, ...unlisten].forEach((stop) => stop()),
  };
}

/** The signals that this system has. */
function signalNames(): readonly Name[] {
  return Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/** Whether a terminal is there that can be closed. `nohup` and services leave none. */
function hasTerminal(): boolean {
  return [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
}

function listen(name: Name, listener: () => void): () => void {
  Deno.addSignalListener(name, listener);
  return () => Deno.removeSignalListener(name, listener);
}
