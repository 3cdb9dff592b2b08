import assert from "node:assert/strict";
import { checkCheckpoint, readCheckpointFacts } from "../../../model/run/checkpoint.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { joinRanks } from "../../../tasks/train/ranks.ts";
import { mpirun, onMpi } from "../../_support/mpi.ts";
import { runTask, startTask, taskWords } from "../../_support/run_task.ts";
import { Heard } from "../../_support/processes.ts";
import { Workshop } from "../../_support/workshop.ts";

const small = ["model.hidden=4", "batchSize=4", "maxTokens=15"].flatMap((it) => ["--set", it]);

/** What trains in a workshop on ranks. */
function trainArgs(shop: Workshop, ...more: readonly string[]): string[] {
  const common = ["--data", shop.data, "--out", shop.run, "--preset", "mimic3-50", ...small];
  return [...common, "--launcher", "mpi", ...more];
}

function errorsIn(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line.startsWith("error: "));
}

Deno.test("what is for ranks is refused of one process", () => {
  const rows = [
    [{ syncBatchNorm: true }, /^--sync-batch-norm: expected --launcher mpi/],
    [{ launcher: "mpi", dryRun: true }, /^--dry-run with --launcher: /],
    [{ launcher: "mpi" }, /^--launcher mpi: MARN_MPI names no library; /],
  ] as const;
  for (const [flags, message] of rows) {
    assert.throws(() => joinRanks(flags), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
  assert.equal(joinRanks({}), undefined);
});

Deno.test("without MPI, training on ranks says in one line what to install", async () => {
  using shop = await Workshop.open();
  const { code, stderr } = await runTask("train", trainArgs(shop), {
    env: { MPICC: "/nonexistent/mpicc" },
  });
  assert.equal(code, 5);
  assert.match(stderr, /^error: compiling for MPI with \/nonexistent\/mpicc: .*\n$/);
});

onMpi("ranks that are started with one command train one run", async () => {
  using shop = await Workshop.open();
  const { code, stdout, stderr } = await runTask(
    "train",
    trainArgs(shop, "--epochs", "2", "--sync-batch-norm"),
    { within: mpirun(2) },
  );
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^rank 0 of 2, /m);
  assert.ok(!/rank 1 of 2/.test(stderr), "the second one speaks, too");
  assert.match(stdout, /^dev .* of 2\nevaluate it with: .*\n$/);
  const { metadata } = await readCheckpointFacts(shop.path("last"));
  assert.equal(metadata.ranks, "2 ranks with one batch norm");
});

onMpi("what is wrong on all ranks is said by one", async () => {
  const args = ["--data", "/nonexistent", "--launcher", "mpi"];
  const { code, stderr } = await runTask("train", args, { within: mpirun(2) });
  assert.equal(code, 2);
  assert.equal(errorsIn(stderr).length, 1, stderr);
});

onMpi("ranks of two datasets are refused, in one line and with the code of that", async () => {
  using shop = await Workshop.open();
  using other = await Workshop.open({ seed: 2 });
  const first = taskWords("train", trainArgs(shop));
  const { code, stderr } = await runTask("train", [
    "--data",
    other.data,
    ...trainArgs(shop).slice(2),
  ], {
    within: [...mpirun(1), ...first, ":", "-n", "1"],
  });
  assert.equal(code, 4, stderr);
  assert.match(errorsIn(stderr).join("\n"), /^error: training on 2 ranks: .* same dataset; .*$/);
  assert.ok(!await Deno.stat(`${shop.run}/config.json`).catch(() => undefined), "a run was made");
});

/** Prints the processes that train in $1 as rank $2; a shell, since Deno keeps /proc to itself. */
const LOOK = `for it in /proc/[0-9]*; do
  grep -qa tasks/train.ts $it/cmdline && grep -qaF "$1" $it/cmdline &&
    grep -qazx OMPI_COMM_WORLD_RANK=$2 $it/environ && basename $it
done 2>/dev/null; true`;

/** The process of a rank that trains in a workshop; undefined where there is none. */
async function processOf(rank: number, { run }: Workshop): Promise<number | undefined> {
  const looking = new Deno.Command("sh", { args: ["-c", LOOK, "sh", run, String(rank)] });
  const found = new TextDecoder().decode((await looking.output()).stdout).trim();
  return found === "" ? undefined : Number(found.split("\n")[0]);
}

/** Trains for long, and sends a rank a signal once an epoch is done. */
async function signalRank(shop: Workshop, rank: number, signal: Deno.Signal) {
  const args = trainArgs(shop, "--epochs", "500", "--set", "patience=500");
  await using child = startTask("train", args, { within: mpirun(2) });
  const heard = new Heard(child.stderr);
  await heard.until("epoch 1/500");
  const pid = await processOf(rank, shop);
  const sentAt = performance.now();
  Deno.kill(pid!, signal);
  const stderr = await heard.end();
  await child.stdout.cancel();
  const { code } = await child.status;
  return { code, stderr, seconds: (performance.now() - sentAt) / 1000 };
}

onMpi(
  "a rank that is killed ends all within seconds, and the last checkpoint is whole",
  async () => {
    using shop = await Workshop.open();
    const { code, seconds } = await signalRank(shop, 1, "SIGKILL");
    assert.equal(code, 137);
    assert.ok(seconds < 20, `${seconds} s`);
    await checkCheckpoint(shop.path("last"));
    assert.equal(await processOf(0, shop), undefined);
  },
);

onMpi("a signal to one rank stops all after one step, saved, with the code of that", async () => {
  using shop = await Workshop.open();
  const { code, stderr } = await signalRank(shop, 1, "SIGTERM");
  assert.equal(code, 143, stderr);
  const step = /^stopped after step (\d+); .* --resume --launcher mpi$/m.exec(stderr)?.[1];
  const { metadata } = await readCheckpointFacts(shop.path("last"));
  assert.equal(JSON.parse(metadata.state!).step, Number(step));
});
