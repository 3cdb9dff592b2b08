/**
 * Puts a recognisable text wherever a user's data or words can stand, calls the command that reads it,
 * and looks for the text in all that comes of it; run as a process of its own: `walk_canaries.ts
 * WORKPLACE`. The last line that it prints is JSON: {@linkcode Canaries}.
 */
import { DuckDBInstance } from "@duckdb/node-api";
import { join } from "node:path";
import { startEngine } from "../../model/engine/engine.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { formatSealed } from "../../pipeline/files/sealed.ts";
import { callCommand, commandNames, loadCommand, pathOptions } from "./commands.ts";
import { NOTE_COLUMNS } from "./tiny.ts";
import { TrainedRun } from "./trained_run.ts";

/** A word that stands nowhere else, within what no id, code or name of a column is. */
export const CANARY = "zyxcanary";
const TEXT =
  `The ${CANARY} patient said so. He coughs since Monday, more at night, and has a fever`;
/** What a terminal would obey. */
const HOSTILE = "\u001b[31m\u202e\u0007";

// deno-lint-ignore no-control-regex
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u202e]/;

/** What became of a text that was put somewhere. */
export interface Canary {
  readonly where: string;
  readonly exitCode: number;
  /** Where the text, or a character that a terminal obeys, was found; the error's message behind it. */
  readonly found: readonly string[];
}

/** All that was put somewhere. */
export interface Canaries {
  readonly canaries: readonly Canary[];
}

type Rows = readonly (readonly string[])[];

/** A table of the user's, and the rest of a command that reads it. */
interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: Rows;
  /** Columns whose text is what the dataset is made of: its words may be in the vocabulary. */
  readonly texts?: readonly string[];
  /** Writes it, and returns the command that reads it. */
  readonly command: (content: Uint8Array, folder: string, extension: string) => Promise<string[]>;
}

const encoder = new TextEncoder();
const SECONDS = 60;

function formatCsv(rows: Rows, delimiter = ","): Uint8Array {
  const field = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
  return encoder.encode(rows.map((row) => row.map(field).join(delimiter) + "\n").join(""));
}

function formatJsonLines(columns: readonly string[], rows: Rows): Uint8Array {
  return encoder.encode(
    rows.map((row) =>
      JSON.stringify(Object.fromEntries(row.map((cell, at) => [columns[at]!, cell]))) + "\n"
    ).join(""),
  );
}

async function formatParquet(columns: readonly string[], rows: Rows): Promise<Uint8Array> {
  const path = await Deno.makeTempFile({ suffix: ".parquet" });
  const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;
  const values = rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ");
  const names = columns.map((name) => `"${name.replaceAll('"', '""')}"`).join(", ");
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT * FROM (VALUES ${values}) t(${names})) TO '${path}' (FORMAT parquet)`,
  );
  connection.closeSync();
  instance.closeSync();
  const bytes = await Deno.readFile(path);
  await Deno.remove(path);
  return bytes;
}

/** Everything that a command has written below a folder, and says of itself where it is found. */
function findIn(folder: string, texts: boolean): string[] {
  const found: string[] = [];
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) found.push(...findIn(path, texts));
    else if (!(texts && /^(?:vocabulary|rare_words)\.txt$/.test(name))) {
      if (new TextDecoder("latin1").decode(Deno.readFileSync(path)).includes(CANARY)) {
        found.push(name);
      }
    }
  }
  return found;
}

const commands = new Map<string, ReturnType<typeof loadCommand>>();

function commandOf(name: string): ReturnType<typeof loadCommand> {
  if (!commands.has(name)) commands.set(name, loadCommand(name));
  return commands.get(name)!;
}

/** Calls a command, and looks at all that it says and leaves in `out`. */
async function call(
  where: string,
  [name, ...args]: readonly string[],
  { out, texts = false }: { readonly out?: string; readonly texts?: boolean } = {},
): Promise<Canary> {
  const said: string[] = [];
  const { log, error } = console;
  console.log = (text: string) => void said.push(`stdout: ${text}`);
  console.error = (text: string) => void said.push(`stderr: ${text}`);
  const command = await commandOf(name!);
  command.configureOutput({
    writeOut: (text) => void said.push(`stdout: ${text}`),
    writeErr: (text) => void said.push(`stderr: ${text}`),
  });
  try {
    const { message, exitCode, hung } = await callCommand(command, args, SECONDS);
    const isFound = (text: string) => text.includes(CANARY) || OBEYED.test(text);
    // Commander's messages are said as well; its own error would say them again.
    const texts_ = [...said, ...message.startsWith("error: ") ? [] : [`error: ${message}`]];
    const found = texts_.filter(isFound);
    const files = out === undefined ? [] : findIn(out, texts).map((file) => `file: ${file}`);
    return { where, exitCode: hung ? -1 : exitCode, found: [...found, ...files] };
  } finally {
    console.log = log;
    console.error = error;
  }
}

/** A document for every row: enough of them that a vocabulary comes of it. */
const IDS = Array.from({ length: 12 }, (_, at) => `${1001 + at}`);
const noteRows = IDS.map((id, at) => [id, `fever and cough since monday ${at}`, `p${at}`, "train"]);
const labelRows = IDS.map((id) => [id, "I10"]);

function corpusTables(): Table[] {
  const others = async (folder: string) => {
    await Deno.writeFile(
      join(folder, "notes.csv"),
      formatCsv([["id", "text"], ...noteRows.map((row) => row.slice(0, 2))]),
    );
    await Deno.writeFile(join(folder, "labels.csv"), formatCsv([["id", "code"], ...labelRows]));
    return join(folder, "table");
  };
  const command =
    (option: "--notes" | "--labels" | "--embed-notes" | "--groups" | "--titles") =>
    async (content: Uint8Array, folder: string, extension: string) => {
      const path = `${await others(folder)}.${extension}`;
      await Deno.writeFile(path, content);
      const rest = (["--notes", "--labels"] as const).filter((name) => name !== option)
        .flatMap((name) => [name, join(folder, `${name.slice(2)}.csv`)]);
      return ["prepare", "--source", "corpus", option, path, ...rest];
    };
  return [
    {
      name: "notes",
      columns: ["id", "text", "patient", "split"],
      rows: noteRows,
      texts: ["text"],
      command: command("--notes"),
    },
    { name: "labels", columns: ["id", "code"], rows: labelRows, command: command("--labels") },
    {
      name: "further notes",
      columns: ["id", "text"],
      rows: noteRows.map((row) => row.slice(0, 2)),
      texts: ["text"],
      command: command("--embed-notes"),
    },
    {
      name: "groups",
      columns: ["code", "group", "title"],
      rows: [["I10", "7", "Heart"]],
      command: command("--groups"),
    },
    {
      name: "titles",
      columns: ["code", "title"],
      rows: [["I10", "Hypertension"]],
      command: command("--titles"),
    },
  ];
}

const admissions = IDS.map((id) => id.padStart(6, "1"));
const MIMIC: {
  readonly [file: string]: {
    readonly columns: readonly string[];
    readonly rows: Rows;
    readonly texts?: readonly string[];
  };
} = {
  NOTEEVENTS: {
    columns: NOTE_COLUMNS,
    rows: admissions.map((
      id,
      at,
    ) => [
      `${at + 1}`,
      `${at + 1}`,
      id,
      "2150-01-01",
      "",
      "",
      "Discharge summary",
      "Report",
      "",
      "",
      "fever and cough since monday",
    ]),
    texts: ["TEXT"],
  },
  DIAGNOSES_ICD: {
    columns: ["ROW_ID", "SUBJECT_ID", "HADM_ID", "SEQ_NUM", "ICD9_CODE"],
    rows: admissions.map((id, at) => [`${at + 1}`, `${at + 1}`, id, "1", "4280"]),
  },
  PROCEDURES_ICD: {
    columns: ["ROW_ID", "SUBJECT_ID", "HADM_ID", "SEQ_NUM", "ICD9_CODE"],
    rows: admissions.map((id, at) => [`${at + 1}`, `${at + 1}`, id, "1", "0066"]),
  },
  D_ICD_DIAGNOSES: {
    columns: ["ROW_ID", "ICD9_CODE", "SHORT_TITLE", "LONG_TITLE"],
    rows: [["1", "4280", "CHF NOS", "Congestive heart failure"]],
  },
  D_ICD_PROCEDURES: {
    columns: ["ROW_ID", "ICD9_CODE", "SHORT_TITLE", "LONG_TITLE"],
    rows: [["1", "0066", "PTCA", "Angioplasty"]],
  },
};
const CCS: { readonly [file: string]: readonly string[] } = {
  "$dxref 2015.csv": ["'4280 '", "'108  '", "'chf'", '"CHF NOS"', "' '", "' '"],
  "$prref 2015.csv": ["'0066 '", "'45 '", "'PTCA'", '"PTCA"'],
};

async function writeMimic(folder: string): Promise<void> {
  for (const [file, { columns, rows }] of Object.entries(MIMIC)) {
    await Deno.writeFile(join(folder, `${file}.csv`), formatCsv([columns, ...rows]));
  }
  for (const [file, fields] of Object.entries(CCS)) {
    await Deno.writeTextFile(join(folder, file), `note\nheader\n${fields.join()}\n`);
  }
  for (const split of ["train", "dev", "test"]) {
    const ids = admissions.filter((_, at) =>
      (at < 8 ? "train" : at < 10 ? "dev" : "test") === split
    );
    await Deno.writeTextFile(join(folder, `${split}_full_hadm_ids.csv`), ids.join("\n"));
  }
  await Deno.writeTextFile(join(folder, "codes.csv"), "428.0\n00.66\n");
}

const ofMimic = (folder: string) => ["prepare", "--mimic", folder, "--ccs", folder];

function mimicTables(): Table[] {
  return Object.entries(MIMIC).map(([file, table]) => ({
    name: file,
    ...table,
    command: async (content, folder) => {
      await writeMimic(folder);
      await Deno.writeFile(join(folder, `${file}.csv`), content);
      return ofMimic(folder);
    },
  }));
}

/** A title is words by its nature: what is none is longer than any, and of several lines. */
function canaryOf(column: string): string {
  return /title/i.test(column) ? `${TEXT}\n${TEXT}\n`.repeat(4) : TEXT;
}

const small = ["--threads", "1", "--min-documents", "1", "--allow-loss", "--max-uncovered", "1"];

async function walkTable(table: Table, workplace: string, kind: string): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const places = kind === "csv" ? ["a row", "the header"] as const : ["a row"] as const;
  const all = ["every row", ...places] as const;
  const cells = table.columns.flatMap((column, at) =>
    (table.name in MIMIC || kind !== "csv" ? places : all).map((where) => ({
      column,
      at,
      in: where,
    }))
  );
  for (const cell of cells) {
    const header = table.columns.map((name, at) =>
      cell.in === "the header" && at === cell.at ? TEXT : name
    );
    const middle = Math.floor(table.rows.length / 2);
    const rows = table.rows.map((row, number) =>
      row.map((value, at) =>
        at === cell.at && (cell.in === "every row" || (cell.in === "a row" && number === middle))
          ? canaryOf(cell.column)
          : value
      )
    );
    const content = kind === "jsonl"
      ? formatJsonLines(header, rows)
      : kind === "parquet"
      ? await formatParquet(header, rows)
      : formatCsv([header, ...rows], kind === "tsv" ? "\t" : ",");
    const folder = await Deno.makeTempDir({ dir: workplace });
    const out = join(folder, "out");
    const args = await table.command(content, folder, kind);
    const texts = table.texts?.includes(cell.column) ?? false;
    await Deno.mkdir(out);
    canaries.push(
      await call(`${table.name}.${kind}, ${cell.in} of ${cell.column}`, [
        ...args,
        ...small,
        "--out",
        out,
      ], { out, texts }),
    );
    await Deno.remove(folder, { recursive: true });
  }
  return canaries;
}

/** Files of the user's that are no tables: lists, and HCUP's. */
async function walkLists(workplace: string): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const walk = async (where: string, file: string, content: string, ...more: string[]) => {
    const folder = await Deno.makeTempDir({ dir: workplace });
    await writeMimic(folder);
    await Deno.writeTextFile(join(folder, file), content);
    const out = join(folder, "out");
    await Deno.mkdir(out);
    const args = [...ofMimic(folder), ...small, ...more.map((arg) => arg.replace("DIR", folder))];
    canaries.push(await call(where, [...args, "--out", out], { out }));
    await Deno.remove(folder, { recursive: true });
  };
  const published = ["--split", "published", "--splits", "DIR"];
  await walk("a list of ids", "dev_full_hadm_ids.csv", `100001\n${TEXT}\n`, ...published);
  await walk("a list of codes", "codes.csv", `428.0\n${TEXT}\n`, "--top-codes", "DIR/codes.csv");
  await walk(
    "a list of digests",
    "SHA256SUMS.txt",
    `${TEXT}\n${TEXT} NOTEEVENTS.csv\n`,
  );
  for (const [file, fields] of Object.entries(CCS)) {
    for (const at of fields.keys()) {
      const text = at >= 2 ? `'${canaryOf("title").replaceAll("\n", " ")}'` : `'${TEXT}'`;
      const changed = fields.map((field, place) => place === at ? text : field);
      await walk(`${file}, field ${at + 1}`, file, `note\nheader\n${changed.join()}\n`);
    }
  }
  return canaries;
}

/** Every value and every key of a file of JSON, one after another. */
function* spoil(value: unknown): Generator<unknown> {
  if (typeof value !== "object" || value === null) return yield TEXT;
  for (const [key, inner] of Object.entries(value)) {
    for (const spoilt of spoil(inner)) {
      if (Array.isArray(value)) yield value.with(Number(key), spoilt);
      else yield { ...value, [key]: spoilt };
    }
    if (!Array.isArray(value)) {
      yield Object.fromEntries(
        Object.entries(value).map(([name, inner]) => [name === key ? TEXT : name, inner]),
      );
    }
    if (Array.isArray(value)) break; // others are like the first
  }
}

/** The records of a run and of its dataset, each spoilt at one place and sealed again. */
async function walkRecords(trained: TrainedRun): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const walk = async (path: string, every: number, command: readonly string[]) => {
    const text = await Deno.readTextFile(path);
    const record = JSON.parse(text);
    const name = path.split("/").at(-1);
    for (const [at, spoilt] of [...spoil(record)].entries()) {
      if (at % every !== 0) continue;
      const isSealed = "sha256" in record && typeof spoilt === "object";
      await Deno.writeTextFile(
        path,
        isSealed ? formatSealed(spoilt as object) : JSON.stringify(spoilt),
      );
      canaries.push(await call(`${name} ${sha256(JSON.stringify(spoilt)).slice(0, 6)}`, command));
    }
    await Deno.writeTextFile(path, `{"text": "${TEXT}"`);
    canaries.push(await call(`${name}, no JSON`, command));
    await Deno.writeTextFile(path, text);
  };
  const [nowhere, figures] = ["nowhere", "figures"].map((name) => join(trained.directory, name));
  const evaluate = ["evaluate", "--run", trained.run, "--data", nowhere!];
  const analyze = ["analyze", "--data", trained.data, "--figure", "1", "--out", figures!];
  await walk(join(trained.run, "config.json"), 1, evaluate);
  await walk(join(trained.data, "manifest.json"), 1, analyze);
  await walk(join(trained.run, "metrics.json"), 8, ["runs", trained.run]); // most of it is alike
  return canaries;
}

/** Notes to be coded, in each part of which the text may be where it should not. */
async function walkNotes(trained: TrainedRun): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const path = join(trained.directory, "notes.jsonl");
  const inputs: { readonly [what: string]: string } = {
    "a line that is no JSON": TEXT,
    "a text alone": JSON.stringify(TEXT),
    "an id": JSON.stringify({ id: TEXT, text: "fever" }),
    "a key": JSON.stringify({ id: "1", [TEXT]: "fever" }),
    "a list": JSON.stringify({ id: ["1"], text: [TEXT] }),
    "half an object": `{"id": "1", "text": "${TEXT}`,
    "the note": JSON.stringify({ id: "1", text: `unheard ${CANARY}` }),
  };
  const run = ["predict", "--run", trained.run, "--jsonl", "--words", "0"];
  for (const [what, line] of Object.entries(inputs)) {
    await Deno.writeTextFile(path, `${line}\n`);
    canaries.push(await call(`predict, ${what}`, [...run, path]));
  }
  await Deno.writeTextFile(path, JSON.stringify({ id: `a${HOSTILE}`, text: "fever" }));
  canaries.push(await call("predict, an id that a terminal obeys", [...run, path]));
  canaries.push(await call("predict, a name that a terminal obeys", [...run, `${path}${HOSTILE}`]));
  return canaries;
}

/** The text as the value of every option that is no path, and as an argument. */
async function walkOptions(): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const name of commandNames()) {
    const command = await commandOf(name);
    const paths = new Set(pathOptions(command));
    const mandatory = command.options.filter(({ mandatory }) => mandatory)
      .flatMap(({ long }) => [long!, paths.has(long!) ? "/nowhere" : "onnx"]);
    for (const { long, required, optional } of command.options) {
      if (paths.has(long!) || !(required || optional)) continue;
      for (const value of long === "--set" ? [TEXT, `model.hidden=${TEXT}`, `${TEXT}=1`] : [TEXT]) {
        const rest = mandatory.filter((_, at) => mandatory[at - at % 2] !== long);
        canaries.push(await call(`${name} ${long}`, [name, ...rest, long!, value]));
      }
    }
    canaries.push(await call(`${name} --${CANARY}`, [name, ...mandatory, `--the ${TEXT}`]));
  }
  return canaries.filter(({ exitCode }) => exitCode !== 0);
}

async function walkAll(workplace: string): Promise<Canaries> {
  await startEngine();
  await using trained = await TrainedRun.create({ documents: { train: 9, dev: 3, test: 4 } });
  await call("evaluate", ["evaluate", "--run", trained.run, "--bootstrap", "0"]);
  const canaries: Canary[] = [];
  for (const table of corpusTables()) {
    for (const kind of ["csv", "tsv", "jsonl", "parquet"]) {
      canaries.push(...await walkTable(table, workplace, kind));
    }
  }
  for (const table of mimicTables()) canaries.push(...await walkTable(table, workplace, "csv"));
  canaries.push(...await walkLists(workplace));
  canaries.push(...await walkRecords(trained));
  canaries.push(...await walkNotes(trained));
  canaries.push(...await walkOptions());
  return { canaries };
}

if (import.meta.main) {
  console.log(JSON.stringify(await walkAll(Deno.args[0]!)));
  Deno.exit(0);
}
