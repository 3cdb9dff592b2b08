/**
 * DuckDB, locked in: it may read the given files and write to one temporary folder, and nothing else
 * (native code does not heed Deno's permissions). Its own messages quote the offending line, which
 * may be a note; they never leave this module.
 *
 * @module
 */
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { MISSING_WORDS } from "../codes/missing.ts";
import { DataError, type ReportedError, ResourceError } from "../errors.ts";
import type { CsvFile } from "./csv_file.ts";

/** A file that a {@linkcode Database} may read. */
export type DatabaseFile = Pick<CsvFile, "path" | "location">;

/** Limits of a {@linkcode Database}. */
export interface DatabaseLimits {
  /** The files that it may read. */
  readonly files: readonly DatabaseFile[];
  /** File → path of the copy that is read for it. */
  readonly copies?: ReadonlyMap<DatabaseFile, string> | undefined;
  /** Folder where it may put what does not fit into memory. */
  readonly temporary: string;
  readonly threads: number;
  /** In bytes. */
  readonly memory: number;
}

/** The longest record that can be read, in bytes. */
export const MAX_RECORD = 16 << 20;

/** A value as DuckDB gives it. */
export type SqlValue = string | number | bigint | boolean | null;

/** Some rows of a result, by column, so that a column that is not looked at costs nothing. */
export interface RowChunk {
  readonly count: number;
  /** Reads a column's values by row. */
  column(place: number): (row: number) => SqlValue;
}

/** A DuckDB instance in memory. */
export class Database {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #spellings: ReadonlyMap<DatabaseFile, string>;

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    spellings: ReadonlyMap<DatabaseFile, string>,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#spellings = spellings;
  }

  /**
   * Opens an instance within `limits`. One instance serves one ingest.
   *
   * @throws {DataError} where a file's name would be read as a pattern, however it is spelled.
   * @throws {ResourceError} where the memory is too little to begin with.
   */
  static async open(limits: DatabaseLimits): Promise<Database> {
    try {
      return await Database.#open(limits);
    } catch (error) {
      throw isOutOfMemory(error) ? readable(error, limits.files) : error;
    }
  }

  static async #open(limits: DatabaseLimits): Promise<Database> {
    const instance = await DuckDBInstance.create(":memory:", {
      threads: String(limits.threads),
      memory_limit: `${Math.floor(limits.memory / 1e6)}MB`,
      temp_directory: limits.temporary,
      preserve_insertion_order: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    const spellings = new Map<DatabaseFile, string>();
    const locations: string[] = [];
    for (const file of limits.files) {
      const location = limits.copies?.get(file) ?? file.location;
      locations.push(location);
      spellings.set(file, await spell(connection, { path: file.path, location }));
    }
    const paths = [...locations, ...spellings.values()].map(literal).join(", ");
    await connection.run(`SET allowed_paths = [${paths}]`);
    await connection.run(`SET allowed_directories = [${literal(limits.temporary + "/")}]`);
    await connection.run("SET streaming_buffer_size = '16MB'");
    await connection.run("SET enable_progress_bar = true"); // kept count of, not drawn
    await connection.run("SET enable_progress_bar_print = false");
    await connection.run("SET progress_bar_time = 0");
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    return new Database(instance, connection, spellings);
  }

  /** Runs a statement on `files` (see {@linkcode from}) and returns all of its rows. */
  async rows(sql: string, files: readonly DatabaseFile[] = []): Promise<SqlValue[][]> {
    try {
      return await (await this.#connection.run(sql, this.#parameters(files)))
        .getRows() as SqlValue[][];
    } catch (error) {
      throw readable(error, files);
    }
  }

  /** Runs a query on `files` and yields its rows in chunks while it runs. */
  async *stream(sql: string, files: readonly DatabaseFile[] = []): AsyncGenerator<RowChunk> {
    try {
      const result = await this.#connection.stream(sql, this.#parameters(files));
      for (;;) {
        const chunk = await result.fetchChunk();
        if (!chunk || chunk.rowCount === 0) return;
        yield {
          count: chunk.rowCount,
          column: (place) => {
            const vector = chunk.getColumnVector(place);
            return (row) => vector.getItem(row) as SqlValue;
          },
        };
      }
    } catch (error) {
      throw readable(error, files);
    }
  }

  /** How much of the running query's input was read, 0 … 1. */
  get fraction(): number {
    return Math.max(0, this.#connection.progress.percentage) / 100;
  }

  /** Frees the instance and its memory. */
  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  #parameters(files: readonly DatabaseFile[]): Record<string, string> {
    return Object.fromEntries(files.map((file, at) => [`file${at}`, this.#spellings.get(file)!]));
  }
}

/**
 * The spelling by which DuckDB finds a file and nothing else. It takes a path for a pattern in which
 * brackets, stars, question marks and backslashes have a meaning.
 */
async function spell(
  connection: DuckDBConnection,
  { path, location }: DatabaseFile,
): Promise<string> {
  for (const spelling of [location.replace(/[*?[]/g, "[$&]"), location]) {
    const found = await (await connection.run("SELECT file FROM glob($spelling)", { spelling }))
      .getRows();
    if (found.length === 1 && found[0]![0] === location) return spelling;
  }
  throw new DataError(
    `reading ${path}: DuckDB takes its name for a pattern; expected a path without a backslash ` +
      "beside brackets, stars or question marks; rename the file or its folder",
  );
}

/**
 * The table expression of the `place`-th of a query's files. Its columns are `c0`, `c1`, … in the
 * file's order, all of them strings; {@linkcode column} finds one by name.
 */
export function from(file: CsvFile, place = 0): string {
  const columns = file.columns.map((_, i) => `'c${i}': 'VARCHAR'`).join(", ");
  const delimiter = file.plain && file.delimiter === "\t" ? "\\t" : ",";
  // No `new_line`: given one that the file does not have, DuckDB returns no rows and no error.
  return `read_csv($file${place}, auto_detect = false, header = ${file.header}, ` +
    `columns = {${columns}}, delim = '${delimiter}', quote = '"', escape = '"', ` +
    // A folder named `split=train` is no column.
    `hive_partitioning = false, strict_mode = true, max_line_size = ${MAX_RECORD}, ` +
    `buffer_size = ${4 * MAX_RECORD}, ` +
    `compression = '${file.plain && file.gzip ? "gzip" : "none"}')`;
}

/** The SQL name of a column of `file`; a column that it lacks is null. */
export function column(file: CsvFile, name: string): string {
  const [place] = file.places.get(name) ?? [];
  return place === undefined ? "NULL::VARCHAR" : `c${place}`;
}

/** A text in SQL without outer blanks; null where it says that there is nothing. */
export function unlessMissing(expression: string): string {
  const words = [...MISSING_WORDS].map(literal).join(", ");
  // Of IN, DuckDB makes a join, for which it takes every row's text, wherever a CASE leaves it out.
  const missing = `list_contains([${words}], lower(trim(${expression})))`;
  return `CASE WHEN NOT ${missing} THEN trim(${expression}) END`;
}

/** `text` as an SQL string. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Out of Memory");
}

/** What went wrong, without a word of the data. */
function readable(error: unknown, files: readonly DatabaseFile[]): ReportedError {
  const message = error instanceof Error ? error.message : "";
  const path = files.find(({ location }) => message.includes(location))?.path ??
    files.map((file) => file.path).join(", ");
  if (isOutOfMemory(error)) {
    return new ResourceError(
      `reading ${path}: DuckDB ran out of memory; expected it to fit; raise --memory`,
    );
  }
  if (/No space left|Read-only|failed to offload/i.test(message.split("\n")[0] ?? "")) {
    return new ResourceError(
      `reading ${path}: DuckDB could not write its temporary files; free space and run again`,
    );
  }
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  const found = columns
    ? `${columns[2]} fields instead of ${columns[1]}`
    : message.includes("unterminated quote")
    ? "a quoted field that is not closed properly"
    : message.includes("Maximum line size")
    ? `a record of more than ${MAX_RECORD} bytes`
    : message.includes("not utf-8")
    ? "bytes that are not UTF-8"
    : "a record that does not parse";
  return new DataError(
    `reading ${path}${line ? `, line ${line}` : ""}: ${found}; expected CSV as RFC 4180 has it; ` +
      "correct the file or fetch it again",
  );
}
