/**
 * Calls every command with every option that takes a path, pointed at every kind of bad path; run as a
 * process of its own, since a permission of the system binds no administrator unless that one gave it
 * up: `walk_bad_paths.ts WORKPLACE FULL_DISK`. The last line that it prints is JSON: {@linkcode Walked}.
 */
import { join } from "node:path";
import { startEngine } from "../../model/engine/engine.ts";
import { sha256 } from "../../pipeline/files/checksum.ts";
import {
  type BadPath,
  folderOfPipes,
  fullDisk,
  noFiles,
  noFolders,
  noOutputFiles,
  noOutputs,
} from "./bad_paths.ts";
import { callCommand, type Called, commandNames, loadCommand, pathOptions } from "./commands.ts";
import { csv, TINY, writeTables } from "./tiny.ts";
import { writeTinyDataset } from "./tiny_dataset.ts";
import { TrainedRun } from "./trained_run.ts";

/** A call of a command. */
export interface Walk extends Called {
  readonly command: string;
  readonly option: string;
  readonly kind: string;
  /** What became of the files that lay there before, in words; empty where all are as they were. */
  readonly lost: string;
}

/** Everything that was called, and the options that take a path and were not. */
export interface Walked {
  readonly walks: readonly Walk[];
  readonly forgotten: readonly string[];
}

/** An option, what it is pointed at, and what else the command is given. */
interface Row {
  readonly command: string;
  readonly option: string;
  readonly bad: readonly BadPath[];
  readonly args: readonly string[];
}

const SECONDS = 60; // of a busy machine

/** Valid inputs, and folders that nothing is written to. */
async function makeWorld(workplace: string) {
  const trained = await TrainedRun.create({ documents: { train: 9, dev: 3, test: 4 } });
  const at = (name: string) => join(workplace, name);
  const words = Array.from({ length: 40 }, (_, id) => [`${id}`, `word${id % 7} fever cough`]);
  await Deno.mkdir(at("mimic"));
  await writeTables(at("mimic"), {
    ...TINY,
    "$dxref 2015.csv": "note\nheader\n'4280 ','108  ','chf',\"CHF NOS\"\n",
    "$prref 2015.csv": "note\nheader\n'0066 ','45 ','PTCA',\"PTCA\"\n",
  });
  await Deno.writeTextFile(at("notes.csv"), csv(["id", "text"], words));
  await Deno.writeTextFile(at("labels.csv"), csv(["id", "code"], words.map(([id]) => [id, "I10"])));
  await Deno.writeTextFile(at("spans.tsv"), "1\tDIAGNOSTICO\tI10\tfever\t0 5\n");
  await Deno.writeTextFile(at("note.txt"), "fever and cough");
  await Deno.writeTextFile(at("notes.jsonl"), JSON.stringify({ id: "1", text: "fever" }));
  await writeTinyDataset(at("data"));
  await writeTinyDataset(at("top50"), { labelSet: "top50" });
  return { trained, at };
}

type World = Awaited<ReturnType<typeof makeWorld>>;

function rowsOf({ trained, at }: World, full: BadPath[]): Row[] {
  const out = () => at(`out-${crypto.randomUUID()}`);
  const [mimic, notes, labels] = [at("mimic"), at("notes.csv"), at("labels.csv")];
  const run = ["--run", trained.run];
  const row = (
    command: string,
    option: string,
    bad: readonly BadPath[],
    ...args: string[]
  ): Row => ({
    command,
    option,
    bad,
    args,
  });
  const outputs = [...noOutputs, ...full];
  // Runs are made in a folder whatever else lies there.
  const shared = outputs.filter(({ kind }) => kind !== "a folder with somebody's files");
  const served = ["--runs", trained.run, "--port", "0"];
  const prepare = (option: string, bad: readonly BadPath[], ...args: string[]) =>
    row("prepare", option, bad, ...args, ...option === "--out" ? [] : ["--out", out()]);
  const corpus = (option: string, ...left: string[]) =>
    prepare(
      option,
      noFiles,
      ...["--notes", notes, "--labels", labels].filter((_, i, all) =>
        !left.includes(all[i - i % 2]!)
      ),
      "--threads",
      "1",
      "--source",
      "corpus",
    );
  const ofMimic = ["--mimic", mimic, "--ccs", mimic, "--threads", "1"];
  const tables = ["NOTEEVENTS.csv", "DIAGNOSES_ICD.csv", "PROCEDURES_ICD.csv"];
  const hcup = ["$dxref 2015.csv", "$prref 2015.csv"];
  const lists = ["train", "dev", "test"].map((split) => `${split}_full_hadm_ids.csv`);
  const datasets = [...noFolders, folderOfPipes(["manifest.json"])];
  const runs = [
    ...noFolders,
    folderOfPipes(["config.json"]),
    folderOfPipes(["run.lock", "log.jsonl"]),
  ];
  return [
    prepare("--mimic", [...noFolders, folderOfPipes(tables)], "--ccs", mimic),
    prepare("--ccs", [...noFolders, folderOfPipes(hcup)], "--mimic", mimic),
    corpus("--notes", "--notes"),
    corpus("--labels", "--labels"),
    corpus("--embed-notes"),
    corpus("--groups"),
    corpus("--titles"),
    prepare("--splits", [...noFolders, folderOfPipes(lists)], ...ofMimic, "--split", "published"),
    prepare("--top-codes", noFiles, ...ofMimic),
    prepare("--out", outputs, ...ofMimic, "--force", "--allow-loss"),
    prepare("--merge", [...noFolders, folderOfPipes(["part.json"])]),
    row("fixture", "--out", outputs, "--admissions", "5", "--rows", "20", "--force"),
    row("fixture", "--hadm-ids", noFiles, "--out", out()),
    row("demo", "--out", outputs, "--admissions", "60"),
    row("train", "--data", datasets, "--out", out()),
    row("train", "--out", outputs, "--data", at("data"), "--set", "model.hidden=4"),
    row("evaluate", "--run", runs),
    row("evaluate", "--data", datasets, ...run, "--bootstrap", "0"),
    row("evaluate", "--evidence", noFiles, ...run, "--notes", notes),
    row("evaluate", "--notes", noFiles, ...run, "--evidence", at("spans.tsv")),
    row("predict", "--run", runs, at("note.txt")),
    row("predict", "[file]", noFiles, ...run),
    row("predict", "--parquet", [...noOutputFiles, ...full], ...run, at("note.txt")),
    row(
      "predict",
      "--out",
      [...noOutputFiles, ...full],
      ...run,
      "--jsonl",
      at("notes.jsonl"),
      "--force",
    ),
    row("predict", "--audit-log", [...noOutputFiles, ...full], ...run, at("note.txt")),
    row("predict", "--html", [...noOutputFiles, ...full], ...run, at("note.txt")),
    row("monitor", "--run", runs, "--notes", at("note.txt")),
    row("monitor", "--notes", noFiles, ...run),
    row("serve", "--runs", runs, "--port", "0"),
    row("serve", "--decisions", [...noOutputFiles, ...full], ...served),
    row("serve", "--audit-log", [...noOutputFiles, ...full], ...served),
    row("export", "--data", datasets, "--to", "parquet", "--out", out()),
    row("audit", "--verify", noFiles),
    row("audit", "--run", runs, "--out", out()),
    row("audit", "--data", datasets, ...run, "--out", out()),
    row("audit", "--notes", noFiles, ...run, "--out", out()),
    row("audit", "--labels", noFiles, ...run, "--notes", notes, "--out", out()),
    row("audit", "--out", outputs, ...run),
    row("describe", "--data", datasets),
    row("compare", "--data", datasets, "--out", out(), "--dry-run"),
    row("sweep", "--data", datasets, "--out", out(), "--grid", "gamma=1,2", "--dry-run"),
    row(
      "sweep",
      "--out",
      shared,
      "--model",
      "cnn",
      "--data",
      at("top50"),
      "--grid",
      "epochs=1",
      "--set",
      "patience=1",
    ),
    row(
      "compare",
      "--out",
      shared,
      "--models",
      "cnn",
      "--data",
      at("top50"),
    ),
    row(
      "train",
      "--init",
      noFiles,
      "--data",
      at("data"),
      "--out",
      out(),
      "--set",
      "model.hidden=4",
    ),
    row("analyze", "--data", datasets, "--out", out()),
    row("analyze", "--run", runs, "--out", out()),
    row("analyze", "--out", outputs, "--data", at("data"), "--figure", "1"),
    row("reproduce", "--data", datasets, "--table", "5", "--out", out(), "--dry-run"),
    row(
      "reproduce",
      "--out",
      shared,
      "--table",
      "5",
      "--models",
      "CNN",
      "--data",
      at("top50"),
      "--preset",
      "small",
    ),
    row("export", "--run", runs, "--to", "onnx", "--out", out()),
    row("export", "--out", outputs, ...run, "--to", "onnx", "--force"),
    row("runs", "[folders]", [...noFolders, folderOfPipes(["config.json"])]),
  ];
}

/** SHA-256 of every file below a folder, by path; links and what is no file as what they are. */
function digestsOf(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  const add = (path: string) => {
    for (const { name, isDirectory, isFile } of Deno.readDirSync(path)) {
      const inner = join(path, name);
      if (isDirectory && name !== "unreadable") add(inner);
      found.set(inner, isFile && name !== "unreadable" ? sha256(Deno.readFileSync(inner)) : "");
    }
  };
  add(folder);
  return found;
}

async function walk(row: Row, { kind, make }: BadPath, workplace: string): Promise<Walk> {
  const folder = await Deno.makeTempDir({ dir: workplace });
  const path = await make(folder);
  const before = digestsOf(folder);
  const pointed = row.option.startsWith("-") ? [row.option, path, "--"] : ["--", path];
  const args = [...row.args, ...pointed].filter((arg, i, all) =>
    arg !== "--" || i !== all.length - 1
  );
  const called = await callCommand(await loadCommand(row.command), args, SECONDS);
  const after = digestsOf(folder);
  const lost = [...before].filter(([path, digest]) => after.get(path) !== digest);
  return {
    command: row.command,
    option: row.option,
    kind,
    lost: lost.map(([path]) => path).join(", "),
    ...called,
  };
}

async function walkAll(workplace: string, mount: string): Promise<Walked> {
  await startEngine();
  const world = await makeWorld(workplace);
  await using _trained = world.trained;
  const evaluate = ["--run", world.trained.run, "--bootstrap", "0"]; // what monitor compares with
  await callCommand(await loadCommand("evaluate"), evaluate, SECONDS);
  const rows = rowsOf(world, mount === "" ? [] : [fullDisk(mount)]);
  const walks: Walk[] = [];
  for (const row of rows) {
    for (const bad of row.bad) walks.push(await walk(row, bad, workplace));
  }
  const forgotten: string[] = [];
  for (const name of commandNames()) {
    for (const option of pathOptions(await loadCommand(name))) {
      if (rows.some((row) => row.command === name && row.option === option)) continue;
      forgotten.push(`${name} ${option}`);
    }
  }
  return { walks, forgotten };
}

if (import.meta.main) {
  const [workplace, mount = ""] = Deno.args;
  console.log(JSON.stringify(await walkAll(workplace!, mount)));
  Deno.exit(0);
}
