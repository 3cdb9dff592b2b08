/**
 * Any error as one line and an exit code: no input, file or file system makes a command show a stack.
 *
 * @module
 */
import { firstLine, ReportedError, stripControls } from "../../pipeline/errors.ts";

/** What a command that failed says, and with which code it ends. */
export interface Ending {
  /** One line, behind `error: `. */
  readonly message: string;
  readonly exitCode: number;
}

/** Places of a defect that are named. */
const PLACES = 4;

/**
 * Describes what was thrown. What is no {@linkcode ReportedError} is either the system's refusal (exit
 * code 5, or 2 where this command may not go) or a defect of this program (1), whose line says where.
 */
export function describeFailure(thrown: unknown): Ending {
  const error = first(thrown);
  if (error instanceof ReportedError) return failure(error.message, error.exitCode);
  if (error instanceof Deno.errors.NotCapable) {
    return failure(`${firstLine(error)}; name a file or folder that this command may use`, 2);
  }
  if (isSystems(error)) {
    return failure(
      `${firstLine(error)}; free what is short or mend what it names, then run again`,
      5,
    );
  }
  return failure(`${describeDefect(error)}; this is a defect of the program: please report it`, 1);
}

/** Of several errors, the one that came first. */
function first(error: unknown): unknown {
  if (error instanceof SuppressedError) return first(error.suppressed);
  if (error instanceof AggregateError && error.errors.length > 0) return first(error.errors[0]);
  return error;
}

/** Whether an operating system's call was refused, or memory. */
function isSystems(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code } = error as { code?: unknown };
  const isMemory = error instanceof RangeError &&
    /allocation|invalid array length/i.test(error.message);
  return isMemory || /\(os error \d+\)/.test(error.message) ||
    (typeof code === "string" && /^E[A-Z0-9]+$/.test(code));
}

/** Kind and places of a defect. Its message is left out where it may quote what was read. */
function describeDefect(error: unknown): string {
  if (!(error instanceof Error)) return `something was thrown that is no error (${typeof error})`;
  const places = (error.stack ?? "").split("\n")
    .map((line) => /([\w-]+\.ts:\d+):\d+\)?$/.exec(line)?.[1])
    .filter((place) => place !== undefined).slice(0, PLACES).join(" < ");
  const what = error instanceof SyntaxError ? error.name : `${error.name}: ${firstLine(error)}`;
  return places ? `${what} (at ${places})` : what;
}

function failure(message: string, exitCode: number): Ending {
  return { message: stripControls(message).replace(/\s+/g, " "), exitCode };
}
