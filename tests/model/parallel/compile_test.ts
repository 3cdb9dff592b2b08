import assert from "node:assert/strict";
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";
import {
  ensureMpiLibrary,
  MPI_COMPILER_VARIABLE,
  mpiLibraryPath,
} from "../../../model/parallel/compile.ts";
import { onMpi } from "../../_support/mpi.ts";
import { temporary } from "../../_support/tiny.ts";

onMpi("the library is compiled once, and appears whole", async () => {
  await using directory = await temporary();
  const cache = join(directory.path, "cache");
  const path = await ensureMpiLibrary(cache);
  assert.match(path, /\/cache\/mpi-[0-9a-f]{24}\.so$/);
  const names = (await Array.fromAsync(Deno.readDir(cache))).map(({ name }) => name);
  assert.deepEqual(names.sort(), ["lock", path.slice(cache.length + 1)]);
  const { mtime } = await Deno.stat(path);
  assert.equal(await ensureMpiLibrary(cache), path);
  assert.deepEqual((await Deno.stat(path)).mtime, mtime);
});

Deno.test("without a compiler of MPI, the error says what to install", async () => {
  const before = Deno.env.get(MPI_COMPILER_VARIABLE);
  Deno.env.set(MPI_COMPILER_VARIABLE, "/nonexistent/mpicc");
  try {
    await assert.rejects(mpiLibraryPath("/nowhere"), (error: Error) => {
      assert.ok(error instanceof ResourceError);
      assert.match(error.message, /^compiling for MPI with \/nonexistent\/mpicc: .*libopenmpi-dev/);
      return true;
    });
  } finally {
    if (before === undefined) Deno.env.delete(MPI_COMPILER_VARIABLE);
    else Deno.env.set(MPI_COMPILER_VARIABLE, before);
  }
});
