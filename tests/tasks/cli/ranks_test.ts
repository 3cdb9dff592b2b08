import assert from "node:assert/strict";
import {
  deviceOf,
  endAll,
  giveWay,
  isFirstRank,
  joinLaunchedRanks,
  RANK_VARIABLES,
} from "../../../tasks/cli/ranks.ts";

const TOGETHER = ["--data", "data", "--launcher", "mpi"];

/** Does some work where a launcher has told this process its rank. */
async function asRank<T>(variable: string, rank: string, work: () => T | Promise<T>): Promise<T> {
  Deno.env.set(variable, rank);
  try {
    return await work();
  } finally {
    Deno.env.delete(variable);
  }
}

Deno.test("every launcher's variable tells the first rank from others", async () => {
  const isFirst = () => isFirstRank(TOGETHER);
  assert.ok(isFirst(), "without a launcher");
  for (const variable of RANK_VARIABLES) {
    assert.equal(await asRank(variable, "0", isFirst), true, variable);
    assert.equal(await asRank(variable, "11", isFirst), false, variable);
  }
});

Deno.test("a task of many that work for themselves speaks for itself", async () => {
  for (const args of [[], ["--notes", "--launchers"]]) {
    assert.ok(await asRank("SLURM_PROCID", "3", () => isFirstRank(args)));
  }
  assert.ok(!await asRank("SLURM_PROCID", "3", () => isFirstRank(["--launcher=mpi"])));
});

Deno.test("the first rank speaks at once, another one after it", async () => {
  const wait = async () => {
    const startedAt = performance.now();
    await giveWay(TOGETHER);
    return performance.now() - startedAt;
  };
  assert.ok(await wait() < 100);
  assert.ok(await asRank("PMIX_RANK", "1", wait) > 2000);
});

Deno.test("ranks of one machine take its devices in turn", () => {
  const rows = [
    [0, undefined, "0"],
    [3, undefined, "3"],
    [1, "2,5,7", "5"],
    [1, "GPU-a,GPU-b", "GPU-b"],
    [2, "7", "7"], // the launcher has given it one
    [2, "0,1", ""], // there is none left
    [1, "", ""],
  ] as const;
  for (const [rank, visible, device] of rows) assert.equal(deviceOf(rank, visible), device);
});

Deno.test("a process that the launcher has not made ready says how to start it", () => {
  assert.throws(joinLaunchedRanks, /^UsageError: --launcher mpi: MARN_MPI names no library; /);
});

Deno.test("alone, the end of all is this process's", () => {
  const { exit } = Deno;
  const codes: unknown[] = [];
  Deno.exit = ((code: number) => void codes.push(code)) as typeof Deno.exit;
  try {
    endAll(7);
  } finally {
    Deno.exit = exit;
  }
  assert.deepEqual(codes, [7]);
});
