/**
 * The errors a user can meet, one class per exit code (2 usage, 3 data, 4 integrity, 5 resource,
 * 6 locked, 7 numeric). A message is one line: what was being done, the value, what was expected, what
 * to do. It never quotes the text of a note.
 *
 * @module
 */

/** Base of every error that is reported to the user as one line and an exit code. */
export abstract class ReportedError extends Error {
  /** Exit code of the process when this error ends it. */
  abstract readonly exitCode: number;

  /** `message` is one line: action, value, expectation, remedy. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The command line or a configuration is wrong. Exit code 2. */
export class UsageError extends ReportedError {
  override readonly exitCode = 2;
}

/** Input data is missing or malformed. Exit code 3. */
export class DataError extends ReportedError {
  override readonly exitCode = 3;
}

/** Something this program wrote is damaged, or does not belong together. Exit code 4. */
export class IntegrityError extends ReportedError {
  override readonly exitCode = 4;
}

/** The machine lacks something: disk, memory, a compiler, a network. Exit code 5. */
export class ResourceError extends ReportedError {
  override readonly exitCode = 5;
}

/** Another process holds what is needed. Exit code 6. */
export class LockedError extends ReportedError {
  override readonly exitCode = 6;
}

/** A loss or gradient is not finite. Exit code 7. */
export class NumericError extends ReportedError {
  override readonly exitCode = 7;
}
