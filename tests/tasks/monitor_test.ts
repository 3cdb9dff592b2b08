import assert from "node:assert/strict";
import { formatSealed } from "../../pipeline/files/sealed.ts";
import { TrainedRun } from "../_support/trained_run.ts";

/** An evaluated run, and lines of notes. */
async function evaluated(): Promise<TrainedRun> {
  const trained = await TrainedRun.create({ documents: { train: 9, dev: 40, test: 0 } });
  const { code, stderr } = await trained.command("evaluate", [
    "--split",
    "dev",
    "--bootstrap",
    "0",
  ]);
  assert.equal(code, 0, stderr);
  return trained;
}

async function writeNotes(trained: TrainedRun, text: (at: number) => string): Promise<string> {
  const path = `${trained.directory}/notes.jsonl`;
  const line = (at: number) =>
    JSON.stringify({ id: `${at}`, text: text(at), codes: ["000.5", "999"] });
  await Deno.writeTextFile(path, Array.from({ length: 60 }, (_, at) => line(at)).join("\n"));
  return path;
}

Deno.test("monitor says what moved in notes of other words, and beyond which threshold", async () => {
  await using trained = await evaluated();
  const notes = await writeNotes(trained, () => "palabras de otra lengua");
  const { code, stdout, stderr } = await trained.command("monitor", ["--notes", notes]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^60 notes: moved \(\*\): .*share of unknown words/);
  assert.match(
    stdout,
    /^\* share of unknown words +distance [0-9.]+, threshold [0-9.]+; mean \S+ → 1, /m,
  );
  assert.match(stderr, /^60 given codes are none of the run's labels$/m);
  const json = await trained.command("monitor", ["--notes", notes, "--json"]);
  const { notes: count, checks } = JSON.parse(json.stdout);
  assert.equal(count, 60);
  assert.equal(checks.find(({ name }: { name: string }) => name === "unknown").moved, true);
});

Deno.test("a run that has no profile, and notes that are none, are said in one line", async () => {
  await using trained = await TrainedRun.create();
  const notes = await writeNotes(trained, () => "word001");
  const { code, stderr } = await trained.command("monitor", ["--notes", notes]);
  assert.equal(code, 2);
  assert.match(stderr, /profile\.json: it is not there; evaluate the run, with its dev split/);
  const ended = await trained.command("evaluate", ["--bootstrap", "0"]);
  assert.equal(ended.code, 0, ended.stderr);
  await Deno.writeTextFile(notes, "");
  const empty = await trained.command("monitor", ["--notes", notes]);
  assert.equal(empty.code, 3);
  assert.match(empty.stderr, /it holds no note; expected one on each line/);
});

Deno.test("a profile that was edited is refused", async () => {
  await using trained = await evaluated();
  const notes = await writeNotes(trained, () => "word001");
  const path = `${trained.run}/profile.json`;
  await Deno.writeTextFile(
    path,
    (await Deno.readTextFile(path)).replace('"notes":40', '"notes":41'),
  );
  const { code, stderr } = await trained.command("monitor", ["--notes", notes]);
  assert.equal(code, 4);
  assert.match(stderr, /profile\.json: it is not as it was written; evaluate the run again/);
});

Deno.test("a profile of version 1 is compared with as far as it goes, and said to be made anew", async () => {
  await using trained = await evaluated();
  const notes = await writeNotes(trained, () => "word001");
  const path = `${trained.run}/profile.json`;
  const { temperature: _temperature, profile, ...rest } = JSON.parse(await Deno.readTextFile(path));
  const { surprise: _surprise, excess: _excess, ...given } = profile.given;
  const earlier = { ...rest, version: 1, profile: { ...profile, given } };
  await Deno.writeTextFile(path, formatSealed(earlier, 0));
  const { code, stdout, stderr } = await trained.command("monitor", ["--notes", notes, "--json"]);
  assert.equal(code, 0, stderr);
  assert.match(
    stderr,
    /not compared: surprise .*; evaluate the run again.*evaluate --run \S+\/run$/m,
  );
  const names = JSON.parse(stdout).checks.map(({ name }: { name: string }) => name);
  assert.deepEqual(names.slice(-2), ["carried", "losses"]);
});
