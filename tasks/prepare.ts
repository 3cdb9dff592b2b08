/**
 * `deno task prepare`: raw tables → dataset directories.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../pipeline/errors.ts";
import { type Prepared, prepareDataset, type PrepareOptions } from "../pipeline/prepare/prepare.ts";
import { CODE_KINDS, SPLITS } from "../pipeline/schema.ts";
import type { SplitShares } from "../pipeline/prepare/splits.ts";
import { createCommand, integer, InvalidArgumentError, Option, runCommand } from "./cli/command.ts";
import { showStages, type StageTime } from "./cli/progress.ts";

const EXAMPLES = `
MIMIC-III:
  deno task prepare --mimic mimic-iii/ --ccs Single_Level_CCS_2015.zip --out data
  deno task prepare --mimic mimic-iii/ --ccs ccs2015/ --split published --splits lists/

Your own corpus (CSV or TSV; notes have the columns id, text and, if wanted, patient and split;
labels have id, code and need no header):
  deno task prepare --source corpus --notes notes.csv --labels codes.csv
  deno task prepare --source corpus --notes train=train_notes.csv dev=dev_notes.csv \\
    --labels diagnosis=trainD.tsv diagnosis=devD.tsv procedure=trainP.tsv procedure=devP.tsv \\
    --embed-notes background_notes.csv --group-prefix 3

Files that name no split are dealt out by patient. A corpus may lack a test split (or a dev split):
that split is then empty, and its manifest says so.`;

/** The command line of `deno task prepare`, parsed. */
interface Flags {
  readonly source?: "mimic3" | "corpus";
  readonly mimic?: string;
  readonly ccs?: string;
  readonly skipMalformed?: true;
  readonly notes?: readonly string[];
  readonly labels?: readonly string[];
  readonly embedNotes?: readonly string[];
  readonly groups?: readonly string[];
  readonly groupPrefix?: number;
  readonly titles?: readonly string[];
  readonly out: string;
  readonly force?: true;
  readonly split?: "patient" | "published";
  readonly splits?: string;
  readonly shares?: SplitShares;
  readonly top?: number;
  readonly topCodes?: string;
  readonly ccsLabels?: "separate" | "paper";
  readonly maxUncovered?: number;
  readonly embedOn?: "all" | "train";
  readonly minDocuments?: number;
  readonly seed?: number;
  readonly threads?: number;
  readonly memory?: number;
  readonly json?: true;
}

const command = createCommand("prepare", "Makes datasets of MIMIC-III or of a corpus of your own.")
  .addOption(
    new Option("--source <kind>", "what to read (default: by the options given)")
      .choices(["mimic3", "corpus"]),
  )
  .option("--mimic <directory>", "MIMIC-III v1.4 CSVs, plain or gzipped")
  .option("--ccs <path>", "HCUP's single-level CCS 2015: folder or zip")
  .option("--skip-malformed", "leave malformed ICD-9 codes out, counted, instead of stopping")
  .option("--notes <file...>", "notes of a corpus; train=FILE, dev=FILE, test=FILE set the split")
  .option("--labels <file...>", "their codes; diagnosis=FILE, procedure=FILE set the kind")
  .option("--embed-notes <file...>", "further notes that only the word vectors read")
  .option("--groups <file...>", "categories: code, group[, title]; diagnosis=FILE, procedure=FILE")
  .option(
    "--group-prefix <length>",
    "instead: so many characters of the code (default: 3)",
    integer,
  )
  .option("--titles <file...>", "words for the codes: code, title; diagnosis=FILE, procedure=FILE")
  .option("--out <directory>", "where full/ and top50/ are put", "data")
  .option("--force", "replace the datasets that are there")
  .addOption(
    new Option(
      "--split <method>",
      "patient: dealt out by a hash of the patient and the seed (default)",
    )
      .choices(["patient", "published"]),
  )
  .option("--splits <directory>", "published lists: {train,dev,test}_{full,50}_hadm_ids.csv")
  .option(
    "--shares <train,dev,test>",
    "sizes that patients are dealt out to (default: 47723,1631,3372)",
    shares,
  )
  .option("--top <number>", "codes of the smaller label set (default: 50)", integer)
  .option("--top-codes <file>", "compare its codes with this list, a code a line")
  .addOption(
    new Option(
      "--ccs-labels <how>",
      "separate: diagnosis and procedure categories stay apart (default); paper: equal numbers merge",
    ).choices(["separate", "paper"]),
  )
  .option("--max-uncovered <share>", "coded pairs that may lack a category (default: 0.1)", Number)
  .addOption(
    new Option("--embed-on <notes>", "whose notes word2vec reads (default: all)")
      .choices(["all", "train"]),
  )
  .option("--min-documents <number>", "training documents a token must be in (default: 3)", integer)
  .option("--seed <number>", "seed of the split and of word2vec (default: 1)", integer)
  .option(
    "--threads <number>",
    "threads (default: all; 1 repeats word vectors to the bit)",
    integer,
  )
  .option("--memory <size>", "memory for DuckDB, such as 800MB or 2GB (default: up to 1GB)", bytes)
  .option("--json", "print what was made, and what each stage took, as JSON")
  .addHelpText("after", EXAMPLES)
  .action(run);

if (import.meta.main) await runCommand(command, Deno.args);

async function run(flags: Flags): Promise<void> {
  using progress = showStages();
  const start = performance.now();
  const prepared = await prepareDataset(readFlags(flags), progress);
  const total = { stage: "total", seconds: (performance.now() - start) / 1000 };
  console.log(report(prepared, [...progress.times, total], flags.json ?? false));
}

/** Flags as the library's options. */
function readFlags(flags: Flags): PrepareOptions {
  const { force, json: _, source, mimic, ccs, skipMalformed, ...rest } = flags;
  const { notes, labels, embedNotes, groups, groupPrefix, titles, ...options } = rest;
  const corpus = { notes, labels, embedNotes, groups, groupPrefix, titles };
  const foreign = (flags: object) => Object.entries(flags).find(([, value]) => value !== undefined);
  const common = { ...options, replace: force ?? false };
  if ((source ?? (notes ? "corpus" : "mimic3")) === "mimic3") {
    refuseForeign("mimic3", foreign(corpus));
    if (mimic === undefined || ccs === undefined) {
      throw new UsageError(
        "reading options: MIMIC-III needs --mimic DIR and --ccs DIR or ZIP; a corpus needs " +
          "--source corpus, --notes and --labels; see --help",
      );
    }
    const skip = skipMalformed ?? false;
    return { ...common, input: { kind: "mimic3", directory: mimic, ccs, skipMalformed: skip } };
  }
  refuseForeign("corpus", foreign({ mimic, ccs, skipMalformed }));
  if (notes === undefined || labels === undefined) {
    throw new UsageError("reading options: a corpus needs --notes and --labels; see --help");
  }
  const input = {
    kind: "corpus",
    notes: notes.map((value) => tagged(value, "split", SPLITS)),
    labels: labels.map((value) => tagged(value, "kind", CODE_KINDS)),
    ...(embedNotes ? { embedNotes } : {}),
    ...(groups ? { groups: groups.map((value) => tagged(value, "kind", CODE_KINDS)) } : {}),
    ...(groupPrefix ? { groupPrefix } : {}),
    ...(titles ? { titles: titles.map((value) => tagged(value, "kind", CODE_KINDS)) } : {}),
  } as const;
  return { ...common, input };
}

function refuseForeign(source: string, option: readonly [string, unknown] | undefined): void {
  if (!option) return;
  const name = option[0].replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new UsageError(
    `reading options: --${name} does not go with --source ${source}; see --help`,
  );
}

/** `train=notes.csv` as a path and its split, `notes.csv` as a path. */
function tagged<Key extends string, Tag extends string>(
  value: string,
  key: Key,
  tags: readonly Tag[],
): { readonly path: string } & { readonly [key in Key]?: Tag } {
  const tag = tags.find((tag) => value.startsWith(`${tag}=`));
  const path = tag === undefined ? value : value.slice(tag.length + 1);
  return { path, ...(tag === undefined ? {} : { [key]: tag }) } as ReturnType<
    typeof tagged<Key, Tag>
  >;
}

function shares(value: string): SplitShares {
  const [train, dev, test, ...more] = value.split(",").map(Number);
  const valid = more.length === 0 && train! > 0 &&
    [train, dev, test].every((size) => Number.isSafeInteger(size) && size! >= 0);
  if (!valid) throw new InvalidArgumentError("expected three whole numbers such as 80,10,10");
  return { train: train!, dev: dev!, test: test! };
}

function bytes(value: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(MB|GB)$/i.exec(value) ?? [];
  if (number === undefined) throw new InvalidArgumentError("expected a size such as 800MB or 2GB");
  return Number(number) * (unit!.toUpperCase() === "GB" ? 1e9 : 1e6);
}

function report(prepared: Prepared, times: readonly StageTime[], json: boolean): string {
  const { directory, datasets } = prepared;
  if (json) return JSON.stringify({ directory, datasets, times }, null, 2);
  const seconds = times.map(({ stage, seconds }) => `  ${stage.padEnd(16)}${seconds.toFixed(1)} s`);
  const paths = Object.keys(datasets).map((name) => join(directory, name));
  return [
    "seconds by stage:",
    ...seconds,
    `made ${paths.join(" and ")}; what was left out and why: manifest.json, statistics.md`,
    `train with: deno task train --data ${paths.at(-1)}`,
  ].join("\n");
}
