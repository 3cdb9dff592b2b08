import assert from "node:assert/strict";
import { readCheckpointFacts } from "../../model/run/checkpoint.ts";
import { parseRecord } from "../../tasks/reproduce/record.ts";
import { parseTrainState } from "../../model/train/train_state.ts";
import { type Ended, endOf, startTask } from "../_support/run_task.ts";
import { type TinyOptions, writeTinyDataset } from "../_support/tiny_dataset.ts";

const set = (...changes: string[]) => changes.flatMap((change) => ["--set", change]);
const cnn = ["--table=2", "--models=cnn", ...set("model.filters=4", "batchSize=2", "maxTokens=15")];
const both = [...cnn, "--models=cnn,marn", ...set("model.hidden=4")]; // trained in this order

const EPOCHS = 20;

/** A folder with a tiny dataset, whose label set is full, and the command on it. */
class Reproduction implements AsyncDisposable {
  readonly directory = Deno.makeTempDirSync();
  readonly out = `${this.directory}/out`;

  static async create(options: TinyOptions = {}): Promise<Reproduction> {
    const reproduction = new Reproduction();
    await writeTinyDataset(`${reproduction.directory}/data/full`, options);
    return reproduction;
  }

  start(...args: string[]): Deno.ChildProcess {
    const paths = ["--data", `${this.directory}/data`, "--out", this.out];
    return startTask("reproduce", [...paths, ...args]);
  }

  run(...args: string[]): Promise<Ended> {
    return endOf(this.start(...args));
  }

  /** The directory of a system's run of seed 1, once there is one. */
  async runOf(system: string): Promise<string | undefined> {
    const entries = await Array.fromAsync(Deno.readDir(`${this.out}/runs`)).catch(() => []);
    const found = entries.find(({ name }) => name.startsWith(`${system}-seed1-`));
    return found && `${this.out}/runs/${found.name}`;
  }

  /** Text of a file in the reproduction's folder. */
  read(file: string): Promise<string> {
    return Deno.readTextFile(`${this.out}/${file}`);
  }

  /** Waits until `child` has trained some epochs of a system and kept a checkpoint of them. */
  async untilTrained(child: Deno.ChildProcess, system: string, epochs: number): Promise<string> {
    let ended = false;
    child.status.then(() => ended = true);
    while (!ended) {
      const run = await this.runOf(system);
      if (run && (await savedState(run))?.epoch! >= epochs) return run;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(
      `ended before ${system} came to epoch ${epochs}: ${(await endOf(child)).stderr}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.directory, { recursive: true });
  }
}

/** How far a run's last checkpoint is; undefined before the first. */
async function savedState(run: string) {
  const path = `${run}/last.safetensors`;
  const facts = await readCheckpointFacts(path).catch(() => undefined);
  return facts && parseTrainState(facts.metadata.state!, path);
}

/** Every file of a directory: when it was written, and its bytes. */
async function snapshot(directory: string): Promise<Map<string, [number, Uint8Array]>> {
  const files = new Map<string, [number, Uint8Array]>();
  for await (const { name, isFile } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (!isFile) continue;
    files.set(name, [(await Deno.stat(path)).mtime!.getTime(), await Deno.readFile(path)]);
  }
  return files;
}

/** Lines of a run's log for its first `steps` steps; their seconds tell whether they are the same. */
async function stepLines(run: string, steps = Infinity): Promise<string[]> {
  const lines = (await Deno.readTextFile(`${run}/log.jsonl`)).trimEnd().split("\n");
  return lines.filter((line) => {
    const { event, step } = JSON.parse(line);
    return event === "step" && step <= steps;
  });
}

Deno.test("what is printed is the table in Markdown, which programs find as JSON", async () => {
  await using reproduction = await Reproduction.create();
  const { code, stdout, stderr } = await reproduction.run(...both, ...set("epochs=1"));
  assert.equal(code, 0, stderr);
  assert.match(stderr, / 2 runs, on .*, preset [\w-]+, engine /);
  assert.match(stdout, /\| system +\| +macro AUC .* P@8 .* P@15 .* p, micro F1 .* p, P@8/);
  assert.match(stdout, /^\| CNN +\|(?!.*–).*\|$/m);
  assert.match(stdout, /^\| MARN +\|.* – \| +– \|/m);
  assert.match(stdout, /notes are synthetic/);
  assert.doesNotMatch(stdout, /paper \||Not complete/);
  assert.equal(await reproduction.read("table-2.md"), stdout.slice(0, -1));
  const { rows } = parseRecord(await reproduction.read("table-2.json"), "table-2.json");
  assert.deepEqual(rows.map(({ name, versusMarn }) => [name, versusMarn === null]), [
    ["CNN", false],
    ["MARN", true],
  ]);
});

Deno.test({
  name: "killed in the second run, a reproduction goes on",
  ignore: Deno.build.os === "windows",
  async fn(t) {
    await using reproduction = await Reproduction.create();
    const all = [...both, ...set("patience=99", `epochs=${EPOCHS}`)];
    const killed = reproduction.start(...all);
    const marn = await reproduction.untilTrained(killed, "marn", 2);
    killed.kill("SIGKILL");
    await endOf(killed);
    const cnn = (await reproduction.runOf("cnn"))!;
    const before = await snapshot(cnn);
    const state = (await savedState(marn))!;
    const begun = await stepLines(marn, state.step);

    await t.step(
      "a run that had ended has its result, and the table tells what lacks",
      async () => {
        assert.ok(state.epoch < EPOCHS, "killed too late to show anything");
        assert.ok(before.has("result.json"));
        assert.ok(!(await snapshot(marn)).has("result.json"));
        const partial = await reproduction.read("table-2.md");
        assert.match(partial, /^\| CNN .*Not complete: 1 of 2 runs are finished/ms);
      },
    );

    const { code, stdout, stderr } = await reproduction.run(...all);
    await t.step("the same command says where each run stands", () => {
      assert.equal(code, 0, stderr);
      assert.match(stderr, /CNN, seed 1: finished$/m);
      const place = `epoch ${state.epoch + 1} of ${EPOCHS}`;
      assert.ok(stderr.includes(`MARN, seed 1: begun, goes on in ${place}, about `), stderr);
      assert.match(stderr, /\[1\/2\] CNN, seed 1: finished before$/m);
      assert.match(stderr, /\[2\/2\] MARN, seed 1: about .* left in all$/m);
      assert.match(stderr, /\[2\/2\] epoch 20\/20: loss/);
      assert.doesNotMatch(stdout, /Not complete/);
    });

    await t.step("the run that had ended is kept as it is", async () => {
      assert.deepEqual(await snapshot(cnn), before);
    });

    await t.step("the other goes on from its last checkpoint", async () => {
      assert.equal(begun.length, state.step);
      assert.deepEqual(await stepLines(marn, state.step), begun);
      assert.equal((await stepLines(marn)).length, EPOCHS * 5); // 9 documents in batches of 2
    });
  },
});

Deno.test({
  name: "interrupted, a reproduction says how to go on",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using reproduction = await Reproduction.create();
    const long = [...cnn, ...set("patience=400", "epochs=400")];
    for (const [signal, code, epoch] of [["SIGTERM", 143, 1], ["SIGINT", 130, 4]] as const) {
      const child = reproduction.start(...long);
      await reproduction.untilTrained(child, "cnn", epoch);
      child.kill(signal);
      const ended = await endOf(child);
      assert.equal(ended.code, code, ended.stderr);
      assert.match(
        ended.stderr,
        /stopped with 0 of 1 runs finished; .*: deno task reproduce --data .* --set epochs=400$/m,
      );
    }
  },
});

Deno.test("a run that only lacks its evaluation is evaluated, to the same result", async () => {
  await using reproduction = await Reproduction.create();
  const short = [...cnn, ...set("epochs=2")];
  const first = await reproduction.run(...short);
  assert.equal(first.code, 0, first.stderr);
  const run = (await reproduction.runOf("cnn"))!;
  const before = await snapshot(run);
  await Deno.remove(`${run}/result.json`);
  const { code, stdout, stderr } = await reproduction.run(...short);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /CNN, seed 1: trained, to be evaluated/);
  assert.doesNotMatch(stderr, /epoch \d\/2/);
  assert.equal(stdout, first.stdout);
  const after = await snapshot(run);
  assert.deepEqual(after.get("result.json")![1], before.get("result.json")![1]);
  for (const files of [before, after]) files.delete("result.json");
  assert.deepEqual(after, before);
});

Deno.test("Table 4 reads MARN off the run of Table 2, and names its protocol", async () => {
  await using reproduction = await Reproduction.create();
  const once = [...set("epochs=1", "batchSize=2", "maxTokens=15", "model.hidden=4")];
  const icd = await reproduction.run("--table=2", "--models=marn", ...once);
  assert.equal(icd.code, 0, icd.stderr);
  const run = (await reproduction.runOf("marn"))!;
  const before = await snapshot(run);
  const ccs = await reproduction.run("--table=4", "--models=marn,caml", ...once);
  assert.equal(ccs.code, 0, ccs.stderr);
  assert.match(ccs.stderr, /MARN, seed 1: finished before$/m);
  assert.deepEqual(await snapshot(run), before);
  assert.match(
    ccs.stdout,
    /^\| MARN +\|.*\n\n.*^Protocol paper: .* MARN's row is its run of Table 2/ms,
  );
  const record = parseRecord(await reproduction.read("table-4.json"), "table-4.json");
  assert.equal(record.protocol, "paper");
  const { tasks } = JSON.parse(await Deno.readTextFile(`${run}/result.json`));
  const [, marn] = record.rows;
  assert.equal(marn!.metrics.micro_auc!.mean, 100 * tasks.ccs.values.micro_auc);
  assert.notEqual(tasks.ccs.values.micro_auc, tasks.icd.values.micro_auc);
});

Deno.test("a dry run says what there is to do and what it costs, and trains nothing", async () => {
  await using reproduction = await Reproduction.create();
  const flags = [...both, ...set("epochs=1"), "--seeds=2", "--dry-run"];
  const { code, stdout, stderr } = await reproduction.run(...flags);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^Table 2: ICD codes, full: 4 runs, on /);
  assert.match(stdout, /^MARN +4 +2 +to be trained, 1 epoch +\d/m);
  assert.match(stderr, /MARN, seed 2: to be trained, 1 epoch, about \d/);
  assert.match(stderr, /about .* in all by steps measured here.* GB of checkpoints/);
  assert.equal(await reproduction.runOf("cnn"), undefined);
});

Deno.test("two seeds give a deviation, and a run that fails leaves the others standing", async () => {
  await using reproduction = await Reproduction.create();
  const flags = [...both, ...set("epochs=1"), "--seeds=2"];
  const first = await reproduction.run(...flags);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stdout, /^\| CNN +\|.* ± \d/m);
  const run = (await reproduction.runOf("cnn"))!;
  await Deno.remove(`${run}/result.json`);
  await Deno.writeTextFile(`${run}/best.safetensors`, "damaged");
  const { code, stdout, stderr } = await reproduction.run(...flags);
  assert.equal(code, 4, stderr);
  assert.match(stderr, /^error: reproducing table-2: 1 of 4 runs failed, the others stand/m);
  assert.match(stdout, /^- CNN, seed 1, failed: reading checkpoint/m);
  assert.match(stdout, /Not complete: 3 of 4 runs/);
  assert.doesNotMatch(stdout, /^\| CNN +\|.* ±/m);
  assert.match(stdout, /^\| MARN +\|.* ±/m);
});

Deno.test("what cannot be reproduced is refused before anything is trained", async () => {
  await using reproduction = await Reproduction.create({ labels: { icd: 6, ccs: 0 } });
  const refused = async (pattern: RegExp, ...args: string[]) => {
    const { code, stderr } = await reproduction.run(...args);
    assert.equal(code, 2, stderr);
    assert.match(stderr, pattern);
  };
  await Promise.all([
    refused(/^error: .*given --table 7, expected one of --table 1, /m, "--table", "7"),
    refused(
      /^error: .*"laart": there is no such system.* laat$/m,
      "--table=2",
      "--models=cnn,laart",
    ),
    refused(/^error: .*--protocol paper: table-2 has one/m, "--table=2", "--protocol=paper"),
  ]);
  await Promise.all([
    refused(/^error: .*BiGRU, CAML, .* need CCS labels and it has none; prepare/m, "--table", "4"),
    refused(
      /^error: .*MARN, MARN, raw vectors need CCS .*leave them out: --models "CNN,/m,
      "--table",
      "2",
    ),
  ]);
  await refused(/^error: opening .*: manifest\.json: it does not exist/m, "--table", "1"); // data/ has no top50/
  const full = ["--data", `${reproduction.directory}/data/full`];
  await refused(/^error: .*its label set is full, expected top50/m, "--table", "1", ...full);
  assert.equal(await reproduction.runOf("cnn"), undefined);
});
