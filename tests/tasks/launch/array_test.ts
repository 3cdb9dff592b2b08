import assert from "node:assert/strict";
import { join } from "node:path";
import { submitsArray } from "../../../tasks/launch/array.ts";
import { runTask } from "../../_support/run_task.ts";
import { temporary } from "../../_support/tiny.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

const ignore = Deno.build.os === "windows";

Deno.test("a job is submitted for tasks that can be one, where it is asked for", () => {
  assert.ok(submitsArray("sweep", ["--grid", "gamma=1", "--slurm"]));
  assert.ok(!submitsArray("sweep", ["--grid", "gamma=1", "--slurm=write"]));
  assert.ok(!submitsArray("sweep", ["--grid", "gamma=1"]));
  assert.ok(!submitsArray("predict", ["--slurm"]));
});

Deno.test({
  name: "a sweep is left to SLURM, and joined when its tasks have ended",
  ignore,
  async fn(t) {
    await using folder = await temporary();
    const at = (name: string) => join(folder.path, name);
    await writeTinyDataset(at("data"));
    // SLURM, of which nothing is needed but what it is asked: its queue is a file.
    const program = async (name: string, script: string) =>
      await Deno.writeTextFile(at(`bin/${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    await Deno.mkdir(at("bin"));
    await Deno.writeTextFile(at("queue"), "");
    await program("squeue", `echo "$@" > ${at("squeue.args")}; cat ${at("queue")}`);
    await program("sbatch", `env > ${at("env")}; cp "$2" ${at("job.sh")}; echo 17`);
    const env = { PATH: `${at("bin")}:${Deno.env.get("PATH")}` };
    const args = [
      `--data=${at("data")}`,
      `--out=${at("out")}`,
      "--model=cnn",
      "--loss=focal",
      "--grid=gamma=1,2",
      "--epochs=1",
      ...["model.filters=4", "batchSize=4", "maxTokens=15"].flatMap((change) => ["--set", change]),
    ];
    const sweep = (...more: string[]) => runTask("sweep", [...args, ...more], { env });
    const job = async () => await Deno.readTextFile(at("job.sh"));
    const runJob = async (number: string) =>
      await new Deno.Command("sh", {
        args: [at("job.sh")],
        env: { ...env, SLURM_ARRAY_TASK_ID: number },
      }).output();

    await t.step("the first time all runs are submitted, and none is trained", async () => {
      const { code, stderr } = await sweep("--slurm", "--sbatch", "time=1:00:00");
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^0 runs in SLURM's queue, 2 runs to be submitted$/m);
      assert.match(stderr, /^submitted job 17; /m);
      assert.match(await job(), /^#SBATCH --array=1-2$/m);
      assert.match(await job(), /^#SBATCH --time=1:00:00$/m);
      assert.match(
        await Deno.readTextFile(at("squeue.args")),
        /^--me --array --noheader --format=/,
      );
    });

    await t.step(
      "what is in the queue is not submitted again, from a grown grid either",
      async () => {
        const name = /--job-name=(.*)/.exec(await job())![1];
        await Deno.writeTextFile(at("queue"), `${name} 1\n${name} 2\nelse 3\n`);
        const again = await sweep("--slurm");
        assert.equal(again.code, 0, again.stderr);
        assert.match(again.stderr, /gamma = 2, seed 1: to be trained, 1 epoch, in the queue$/m);
        assert.match(again.stderr, /^2 runs in SLURM's queue, 0 runs to be submitted$/m);
        assert.doesNotMatch(again.stderr, /submitted job/);
        const grown = await sweep("--seeds", "2", "--slurm");
        assert.match(grown.stderr, /^2 runs in SLURM's queue, 2 runs to be submitted$/m);
        assert.match(await job(), /^#SBATCH --array=3-4$/m);
      },
    );

    await t.step("a dry run says what is in the queue, and submits nothing", async () => {
      await Deno.remove(at("job.sh"));
      const { stdout } = await sweep("--slurm", "--dry-run", "--json");
      assert.deepEqual(JSON.parse(stdout).map(({ queued }: { queued: boolean }) => queued), [
        true,
        true,
      ]);
      await assert.rejects(Deno.stat(at("job.sh")), Deno.errors.NotFound);
    });

    await t.step(
      "a task that ended without a result is submitted again, and can be run",
      async () => {
        await Deno.writeTextFile(at("queue"), "");
        const { code, stderr } = await sweep("--slurm");
        assert.equal(code, 0, stderr);
        assert.match(await job(), /^#SBATCH --array=1-2$/m);
        const task = await runJob("2");
        assert.equal(task.code, 0, new TextDecoder().decode(task.stderr));
      },
    );

    await t.step("the same command joins it, and submits the other", async () => {
      const { code, stdout, stderr } = await sweep("--slurm", "--json");
      assert.equal(code, 0, stderr);
      const { rows } = JSON.parse(stdout);
      assert.deepEqual(rows.map(({ values }: { values: object }) => values), [{ "loss.gamma": 2 }]);
      assert.match(await job(), /^#SBATCH --array=1$/m);
    });

    await t.step("a task that fails says why in the table, and is submitted again", async () => {
      const [{ name }] = JSON.parse((await sweep("--slurm", "--dry-run", "--json")).stdout);
      await Deno.mkdir(at(`out/runs/${name}`));
      await Deno.writeTextFile(at(`out/runs/${name}/thesis.txt`), "precious");
      assert.equal((await runJob("1")).code, 2);
      const { code, stdout } = await sweep("--slurm");
      assert.equal(code, 0);
      assert.match(stdout, /^- loss\.gamma = 1, seed 1, failed: training in .*thesis\.txt/m);
      assert.match(await job(), /^#SBATCH --array=1$/m);
      await Deno.remove(at(`out/runs/${name}`), { recursive: true });
    });

    await t.step("variables of whoever started the command do not come to the job", async () => {
      await Deno.remove(at("env"));
      const started = { ...env, npm_lifecycle_event: "npx", npm_lifecycle_script: "deno" };
      await runTask("sweep", [...args, "--slurm"], { env: started });
      assert.doesNotMatch(await Deno.readTextFile(at("env")), /^npm_|^MARN_SLURM/m);
    });

    await t.step("where all are finished, nothing is submitted", async () => {
      const last = await sweep();
      assert.equal(last.code, 0, last.stderr);
      await Deno.remove(at("job.sh"));
      const { code, stdout } = await sweep("--slurm", "--json");
      assert.equal(code, 0);
      assert.equal(JSON.parse(stdout).rows.length, 2);
      await assert.rejects(Deno.stat(at("job.sh")), Deno.errors.NotFound);
    });

    await t.step("where SLURM does not answer, nothing is begun", async () => {
      await program("squeue", "echo 'squeue: error: no controller' >&2; exit 1");
      const { code, stderr } = await sweep("--slurm");
      assert.equal(code, 5);
      assert.match(stderr, /^error: asking SLURM for its queue: squeue: error: no controller; /m);
    });

    await t.step("where SLURM is not there, it says so", async () => {
      await Deno.remove(at("bin/squeue"));
      const alone = { PATH: at("bin") };
      const { code, stderr } = await runTask("sweep", [...args, "--slurm"], { env: alone });
      assert.equal(code, 5);
      assert.match(stderr, /^error: .*there is no squeue on this machine; .*--slurm=write$/m);
    });
  },
});
