/**
 * A log that can be checked: JSON lines, each with its number, the digest of the line before it, and its
 * own. Beside it, `FILE.head` holds how many lines there are and the last one's digest, so that a cut
 * end is found too. No line holds a secret: whoever may write both files can write another log, so a
 * head that matters is kept elsewhere, too.
 *
 * @module
 */
import { IntegrityError, LockedError, UsageError } from "../errors.ts";
import { parseJson } from "./json.ts";
import { exists, openRegular, readText, requireRegular } from "./read.ts";
import { formatSealed, isSealed } from "./sealed.ts";
import { requireFilePlace, requireNamed, syncDirectory, writeAll, writeFailure } from "./write.ts";
import { dirname } from "node:path";

/** Where a log stands. */
export interface AuditHead {
  /** How many lines there are. */
  readonly entries: number;
  /** Digest of the last one; zeros where there is none. */
  readonly sha256: string;
}

/** What was found of a whole log. */
export interface VerifiedLog extends AuditHead {
  /** Lines behind the head: written by a process that was killed before it wrote the head. */
  readonly beyondHead: number;
}

/** A log that is written to, by one process at a time. */
export interface AuditLog extends AsyncDisposable {
  /** Appends an entry durably. Throws {@linkcode ResourceError} where it cannot be stored. */
  append(entry: object): Promise<void>;
}

/** How a log begins. */
const FIRST_LINE = '{"number":1,';

const START: AuditHead = { entries: 0, sha256: "0".repeat(64) };

/** Path of the file that says where a log ends. */
export function auditHeadPath(path: string): string {
  return `${path}.head`;
}

/**
 * Opens a log to append to; a new one where there is none. All of an old one is verified first.
 *
 * @throws {UsageError} where there is something else than a file.
 * @throws {IntegrityError} where it is not as it was written.
 * @throws {LockedError} while another process writes to it.
 * @throws {ResourceError} where it cannot be written.
 */
export async function openAuditLog(path: string): Promise<AuditLog> {
  const hasHead = await exists(auditHeadPath(path));
  await requireFilePlace(path, hasHead ? undefined : FIRST_LINE);
  await requireFilePlace(auditHeadPath(path));
  const file = await openToWrite(path);
  const head = await openToWrite(auditHeadPath(path));
  const close = () => [file, head].forEach((one) => one.close());
  try {
    if (!await file.tryLock(true)) {
      throw new LockedError(`appending to ${path}: another process writes to it; wait for it`);
    }
    const isNew = file.statSync().size === 0 && head.statSync().size === 0;
    const start = isNew ? START : await verifyAuditLog(path);
    if (isNew) await syncDirectory(dirname(path) || ".");
    await file.seek(0, Deno.SeekMode.End);
    await writeHead(head, start);
    return {
      append: appender(path, { file, head }, start),
      [Symbol.asyncDispose]: () => Promise.resolve(close()),
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Appends to an open log and moves its head, from where it stands on. */
function appender(
  path: string,
  { file, head }: { readonly file: Deno.FsFile; readonly head: Deno.FsFile },
  start: AuditHead,
): AuditLog["append"] {
  let at = start;
  return async (entry) => {
    requireNamed(file, path);
    requireNamed(head, auditHeadPath(path));
    const line = formatLine(entry, at);
    try {
      await writeAll(file, new TextEncoder().encode(line));
      await file.sync();
      at = { entries: at.entries + 1, sha256: digestOf(line) };
      await writeHead(head, at);
    } catch (error) {
      throw writeFailure(path, line.length, error);
    }
  };
}

/**
 * Reads a log whole.
 *
 * @param expected a head that was kept elsewhere; the log's own file by default.
 * @throws {UsageError} where there is none.
 * @throws {IntegrityError} naming the first line that was changed, does not follow the one before it, or
 * is missing at the end.
 */
export async function verifyAuditLog(path: string, expected?: AuditHead): Promise<VerifiedLog> {
  const head = expected ?? await readHead(path);
  let at = START;
  let reached = head.entries === 0 && head.sha256 === START.sha256;
  for await (const line of linesOf(path)) {
    at = follow(at, line, path);
    if (at.entries !== head.entries) continue;
    reached = at.sha256 === head.sha256;
    if (!reached) throw broken(path, `line ${at.entries} is not the one that its head names`);
  }
  if (!reached) {
    throw broken(
      path,
      `it ends with line ${at.entries}, its head names ${head.entries}: it was cut`,
    );
  }
  return { ...at, beyondHead: at.entries - head.entries };
}

/** Where a log stands once `line` is seen to follow. */
function follow(before: AuditHead, line: string, path: string): AuditHead {
  const entries = before.entries + 1;
  if (!isSealed(line)) throw broken(path, `line ${entries} is not as it was written`);
  const { number, previous, sha256 } = parseJson(line) as Record<string, unknown>;
  if (number !== entries || previous !== before.sha256) {
    throw broken(
      path,
      `line ${entries} does not follow the one before it: lines are missing or moved`,
    );
  }
  return { entries, sha256: String(sha256) };
}

function formatLine(entry: object, { entries, sha256 }: AuditHead): string {
  return formatSealed({ number: entries + 1, previous: sha256, ...entry }, 0);
}

function digestOf(line: string): string {
  return JSON.parse(line).sha256;
}

/** The lines of a log with their ends; the last one may lack it. */
async function* linesOf(path: string): AsyncGenerator<string> {
  const file = await openRegular(path, (found) => missing(path, found));
  const decode = createDecoder(path);
  let rest = "";
  for await (const bytes of file.readable) {
    rest += decode(bytes);
    const lines = rest.split(/(?<=\n)/);
    rest = lines.at(-1)!.endsWith("\n") ? "" : lines.pop()!;
    yield* lines;
  }
  rest += decode();
  if (rest !== "") yield rest;
}

/** Bytes as text, piece by piece. What is no UTF-8 is refused: other bytes could read as the same text. */
function createDecoder(path: string): (bytes?: Uint8Array) => string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw broken(path, "it holds bytes that are no text");
    }
  };
}

const HEAD = /^([0-9]{12}) ([0-9a-f]{64})\n$/;

async function readHead(path: string): Promise<AuditHead> {
  const where = auditHeadPath(path);
  await requireRegular(path, (found) => missing(path, found));
  const text = await readText(where, (found) => broken(path, `its head ${where}: ${found}`));
  const [, entries, sha256] = HEAD.exec(text) ?? [];
  if (sha256 === undefined) throw broken(path, `its head ${where} is not as it was written`);
  return { entries: Number(entries), sha256 };
}

/** Always as long: it replaces the one before in place. */
async function writeHead(file: Deno.FsFile, { entries, sha256 }: AuditHead): Promise<void> {
  await file.seek(0, Deno.SeekMode.Start);
  const text = `${String(entries).padStart(12, "0")} ${sha256}\n`;
  await writeAll(file, new TextEncoder().encode(text));
  await file.sync();
}

async function openToWrite(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path, { read: true, write: true, create: true, mode: 0o600 });
  } catch (error) {
    throw writeFailure(path, 0, error);
  }
}

function missing(path: string, found: string): UsageError {
  return new UsageError(`reading the log ${path}: ${found}; name a file that --audit-log wrote`);
}

function broken(path: string, what: string): IntegrityError {
  return new IntegrityError(
    `verifying the log ${path}: ${what}; restore it from a copy, and log on in another file`,
  );
}
