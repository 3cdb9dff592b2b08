import assert from "node:assert/strict";
import { ResourceError } from "../../../pipeline/errors.ts";
import { MPI_COMPILER_VARIABLE } from "../../../model/parallel/compile.ts";
import { MPI_VARIABLE } from "../../../model/parallel/mpi.ts";
import { ensureMpi } from "../../../tasks/launch/mpi.ts";
import { onMpi } from "../../_support/mpi.ts";
import { temporary } from "../../_support/tiny.ts";

/** Does some work with other environment variables. */
async function within(variables: Record<string, string>, work: () => Promise<void>): Promise<void> {
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  try {
    await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    Deno.env.delete(MPI_VARIABLE);
  }
}

onMpi(
  "the command finds by its environment what was compiled in a process of its own",
  async () => {
    await using cache = await temporary();
    await within({ XDG_CACHE_HOME: cache.path }, async () => {
      await ensureMpi();
      const library = Deno.env.get(MPI_VARIABLE)!;
      assert.ok(library.startsWith(cache.path));
      assert.ok((await Deno.stat(library)).isFile);
    });
  },
);

Deno.test("without MPI nothing is made ready, and the error says why", async () => {
  await within({ [MPI_COMPILER_VARIABLE]: "/nonexistent/mpicc" }, async () => {
    await assert.rejects(ensureMpi(), ResourceError);
    assert.equal(Deno.env.get(MPI_VARIABLE), undefined);
  });
});
