/**
 * Array jobs on a SLURM of one node that is started here: what is cancelled, requeued and killed goes on,
 * and ends in the bytes of what ran undisturbed.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkpointPath, readCheckpointFacts } from "../../model/run/checkpoint.ts";
import { parseTrainState } from "../../model/train/train_state.ts";
import { writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { exists } from "../../pipeline/files/read.ts";
import { succeeds } from "../_support/processes.ts";
import { type Ended, endOf, runTask, startTask } from "../_support/run_task.ts";
import { temporary } from "../_support/tiny.ts";
import { writeTinyDataset } from "../_support/tiny_dataset.ts";
import { call, hasSlurm, PACKAGES, startCluster, until } from "./slurm/cluster.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const isThere = await hasSlurm();
const ignore = !isThere;
const skipped = isThere ? "" : ` (skipped: no SLURM here; apt-get install ${PACKAGES})`;

const hasMpi = await succeeds("mpicc", ["--version"]);

Deno.test("a sweep's array survives scancel, requeue and kill" + skipped, { ignore }, async (t) => {
  await using folder = await temporary();
  await using cluster = await startCluster();
  const at = (name: string) => join(folder.path, name);
  await writeTinyDataset(at("data"));
  const sweep = (out: string, ...more: string[]): Promise<Ended> =>
    runTask("sweep", [
      "--data",
      at("data"),
      "--out",
      at(out),
      "--model",
      "cnn",
      "--loss",
      "focal",
      "--grid",
      "gamma=1,2",
      "--seeds",
      "2",
      "--epochs",
      "200",
      ...["model.filters=4", "batchSize=2", "maxTokens=15", "patience=200"]
        .flatMap((change) => ["--set", change]),
      ...more,
    ], { env: cluster.env });
  const whole = await sweep("whole", "--json");
  assert.equal(whole.code, 0, whole.stderr);
  const names: string[] = JSON.parse((await sweep("whole", "--dry-run", "--json")).stdout)
    .map(({ name }: { name: string }) => name);
  const run = (out: string, number: number) => at(`${out}/runs/${names[number - 1]}`);
  const untilBegun = (number: number) =>
    until(
      120,
      () => exists(checkpointPath(run("array", number), "best")),
      `${number} did not begin`,
    );
  const submit = async () => {
    const { code, stderr } = await sweep("array", "--slurm", "--sbatch", "cpus-per-task=1");
    assert.equal(code, 0, stderr);
    return { job: /^submitted job (\d+);/m.exec(stderr)?.[1], stderr };
  };

  await t.step("its tasks are cancelled, requeued and killed", async () => {
    const { job } = await submit();
    await untilBegun(1);
    await call(cluster, "scancel", `${job}_1`);
    await untilBegun(2);
    await call(cluster, "scontrol", "requeue", `${job}_2`);
    await untilBegun(3);
    const holder = await Deno.readTextFile(at(`array/locks/${names[2]}.lock`));
    Deno.kill(Number(holder), "SIGKILL");
    await untilBegun(4);
    // As `--sbatch signal=B:TERM@300` does before a limit: the script's own process alone is told.
    await call(cluster, "scancel", "--batch", "--signal=TERM", `${job}_4`);
    await cluster.untilIdle(300);
    const finished = [1, 2, 3, 4].map((number) => exists(`${run("array", number)}/result.json`));
    assert.deepEqual(await Promise.all(finished), [false, true, false, false]);
    const log = await Deno.readTextFile(at(`array/slurm/${job}_4.log`));
    assert.match(log, /go on with/, log);
  });

  await t.step("the same command submits what is left, once", async () => {
    const { job, stderr } = await submit();
    assert.match(stderr, /gamma = 1, seed 1: begun, goes on in epoch \d+ of 200$/m);
    assert.match(stderr, /^0 runs in SLURM's queue, 3 runs to be submitted$/m);
    assert.notEqual(job, undefined);
    assert.match((await submit()).stderr, /^3 runs in SLURM's queue, 0 runs to be submitted$/m);
  });

  await t.step("a second task of a run that is being trained is refused", async () => {
    await until(
      60,
      async () => (await cluster.queue()).some((line) => line.endsWith("RUNNING")),
      "",
    );
    await untilHeld(at(`array/locks/${names[0]}.lock`));
    const { code, stderr } = await sweep("array", "--only", "1");
    assert.equal(code, 6, stderr);
    assert.match(
      stderr,
      new RegExp(`^error: locking .*process \\d+ is at the run ${names[0]}; `, "m"),
    );
  });

  await t.step("all runs end in the bytes of runs that nothing disturbed", async () => {
    await cluster.untilIdle(300);
    for (const number of [1, 2, 3, 4]) {
      for (const which of ["best", "last"] as const) {
        const [one, other] = await Promise.all(
          ["array", "whole"].map((out) => Deno.readFile(checkpointPath(run(out, number), which))),
        );
        assert.deepEqual(one, other, `${which} of run ${number}`);
      }
    }
    const joined = await sweep("array", "--slurm", "--json");
    const rowsOf = ({ stdout }: Ended) =>
      JSON.parse(stdout).rows.map(({ seconds: _seconds, ...row }: { seconds: number }) => row);
    assert.deepEqual(rowsOf(joined), rowsOf(whole));
  });
});

/** Waits until a lock names a process that runs. */
async function untilHeld(path: string): Promise<void> {
  const isHeld = async () => {
    using file = await Deno.open(path, { read: true });
    return !await file.tryLock(false);
  };
  await until(60, isHeld, "nobody took the run");
}

Deno.test(
  "an array prepares parts, and one more job joins them" + skipped,
  { ignore },
  async (t) => {
    await using folder = await temporary();
    await using cluster = await startCluster();
    const at = (name: string) => join(folder.path, name);
    await writeFixture({
      directory: at("mimic"),
      admissions: 400,
      codes: 60,
      seed: 1,
      length: 0.3,
    });
    const options = ["--mimic", at("mimic"), "--ccs", at("mimic")];
    const whole = await runTask("prepare", [...options, "--threads", "1", "--out", at("whole")]);
    assert.equal(whole.code, 0, whole.stderr);
    const batch = (...args: string[]) =>
      call(
        { env: { ...cluster.env, DENO: Deno.execPath() } },
        "sbatch",
        "--parsable",
        `--chdir=${root}`,
        `--output=${at("%A_%a.log")}`,
        "--mem=0",
        "--oversubscribe",
        ...args,
      );
    const script = join(root, "scripts/slurm/prepare_part.sh");
    const parts = (array: string) =>
      batch(`--array=${array}`, "--cpus-per-task=1", script, "3", at("parts"), ...options);

    await t.step(
      "a task that is requeued and one that is killed leave no part by halves",
      async () => {
        const job = await parts("1-3");
        await until(
          60,
          async () => (await cluster.queue()).includes(`${job}_1 RUNNING`),
          "no task ran",
        );
        await call(cluster, "scontrol", "requeue", `${job}_1`);
        await until(
          60,
          async () => (await cluster.queue()).includes(`${job}_2 RUNNING`),
          "no second ran",
        );
        await call(cluster, "scancel", "--signal=KILL", "--full", `${job}_2`);
        await cluster.untilIdle(300);
        assert.ok(await exists(at("parts/1/part.json")));
        assert.ok(await exists(at("parts/3/part.json")));
        assert.ok(!await exists(at("parts/2")));
      },
    );

    await t.step("the same line makes what is missing, and the parts are the whole", async () => {
      const job = await parts("1-3");
      const merge = join(root, "scripts/slurm/merge_parts.sh");
      const after = `--dependency=afterok:${job}`;
      await batch(after, "--cpus-per-task=1", merge, at("parts"), "--out", at("data"));
      await cluster.untilIdle(300);
      for (const set of ["full", "top50"]) {
        const [one, other] = await Promise.all(
          ["data", "whole"].map((data) => Deno.readTextFile(at(`${data}/${set}/manifest.json`))),
        );
        assert.equal(one, other, set);
      }
    });
  },
);

Deno.test({
  name: "an srun of two ranks survives scancel and a killed rank" + skipped +
    (hasMpi ? "" : " (skipped: no MPI here; apt-get install libopenmpi-dev openmpi-bin)"),
  ignore: ignore || !hasMpi,
  async fn(t) {
    await using folder = await temporary();
    await using cluster = await startCluster();
    const at = (name: string) => join(folder.path, name);
    await writeTinyDataset(at("data"));
    const within = ["srun", "--mpi=pmix", "--ntasks=2", "--kill-on-bad-exit=1", "--job-name=ranks"];
    const start = (out: string, ...more: string[]) =>
      startTask("train", [
        "--data",
        at("data"),
        "--out",
        at(out),
        "--model",
        "cnn",
        "--launcher",
        "mpi",
        "--epochs",
        "100",
        ...["model.filters=4", "batchSize=4", "maxTokens=15", "patience=100"]
          .flatMap((change) => ["--set", change]),
        ...more,
      ], { within, env: cluster.env });
    const train = (out: string, ...more: string[]) => endOf(start(out, ...more));
    const whole = await train("whole");
    assert.equal(whole.code, 0, whole.stderr);
    assert.match(whole.stderr, /^rank 0 of 2, /m);
    const untilSaved = async (epoch: number) =>
      await until(
        120,
        async () => await savedEpoch(at("cut")) >= epoch,
        `no epoch ${epoch} was saved`,
      );
    const before: number[] = [];

    await t.step("a rank is killed, and the other ends with it", async () => {
      const child = start("cut");
      await untilSaved(2);
      const rank = Number(await Deno.readTextFile(at("cut/run.lock")));
      Deno.kill(rank, "SIGKILL");
      const ended = await Promise.race([endOf(child), late(30)]);
      assert.ok(ended, "a rank was left");
      assert.notEqual(ended.code, 0, ended.stderr);
      before.push(await savedEpoch(at("cut")));
    });

    await t.step("it goes on, and is cancelled", async () => {
      const child = start("cut", "--resume");
      await untilSaved(before[0]! + 2);
      await call(cluster, "scancel", "--name=ranks");
      const { code, stderr } = await endOf(child);
      assert.notEqual(code, 0, stderr);
      before.push(await savedEpoch(at("cut")));
    });

    await t.step(
      "resumed once more, it ends in the bytes of one that nothing disturbed",
      async () => {
        assert.ok(before[1]! < 100, "nothing was left to do");
        const { code, stderr } = await train("cut", "--resume");
        assert.equal(code, 0, stderr);
        for (const which of ["best", "last"] as const) {
          const [one, other] = await Promise.all(
            ["cut", "whole"].map((run) => Deno.readFile(checkpointPath(at(run), which))),
          );
          assert.deepEqual(one, other, which);
        }
      },
    );
  },
});

/** How many epochs a run's last checkpoint has done; -1 before the first. */
async function savedEpoch(run: string): Promise<number> {
  const path = checkpointPath(run, "last");
  const facts = await readCheckpointFacts(path).catch(() => undefined);
  return facts ? parseTrainState(facts.metadata.state!, path).epoch : -1;
}

/** Undefined, after so many seconds. */
function late(seconds: number): Promise<undefined> {
  return new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, seconds * 1000, undefined)));
}
