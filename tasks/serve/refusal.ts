/**
 * What a request is refused with: a status of HTTP, and one line that quotes no note.
 *
 * @module
 */
import { DataError, ReportedError, UsageError } from "../../pipeline/errors.ts";
import { describeFailure } from "../cli/failure.ts";

/** The statuses that requests are refused with. */
export type RefusalStatus = 400 | 401 | 403 | 404 | 410 | 413 | 422 | 500 | 503;

/** A refusal that knows its status. */
export class RequestRefusal extends ReportedError {
  /** With which a command would end that met the same. */
  override readonly exitCode = 2;
  readonly status: RefusalStatus;
  /** Seconds after which the request may be made again; undefined where that would not help. */
  readonly retryAfter: number | undefined;

  /** `message` is one line, without a word of a note. */
  constructor(status: RefusalStatus, message: string, retryAfter?: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

/** What was thrown as a refusal: what a command would say of it, and say nothing more of. */
export function refusalOf(thrown: unknown): RequestRefusal {
  if (thrown instanceof RequestRefusal) return thrown;
  const { message } = describeFailure(thrown);
  return new RequestRefusal(statusOf(thrown), message);
}

function statusOf(thrown: unknown): RefusalStatus {
  if (!(thrown instanceof ReportedError)) return 500;
  if (thrown instanceof UsageError) return 400;
  return thrown instanceof DataError ? 422 : 500;
}
