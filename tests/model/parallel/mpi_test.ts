import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { ResourceError } from "../../../pipeline/errors.ts";
import { ensureMpiLibrary } from "../../../model/parallel/compile.ts";
import { joinMpi } from "../../../model/parallel/mpi.ts";
import { mpirun, onMpi } from "../../_support/mpi.ts";
import type { ProgramResult } from "../../_support/mpi_program.ts";

const script = fileURLToPath(import.meta.resolve("../../_support/mpi_program.ts"));

/** What ranks come to that exchange, and compute gradients of batches with one batch norm. */
async function runRanks(size: number): Promise<ProgramResult> {
  const [program, ...args] = mpirun(size);
  const command = new Deno.Command(program!, {
    args: [...args, Deno.execPath(), "run", "-A", "--no-check", script, await ensureMpiLibrary()],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  });
  const { stdout, stderr, success } = await command.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

for (const size of [2, 3]) {
  onMpi(
    `${size} ranks exchange, and have one rank's gradients with one batch norm`,
    async (test) => {
      const { sums, localRanks, broadcast, distances, sameBits } = await runRanks(size);
      await test.step("a large buffer is summed", () => {
        const expected = size * (size + 1) / 2;
        assert.deepEqual(sums, [expected, expected]);
      });
      await test.step("each has a place of its own on the machine", () => {
        assert.deepEqual(localRanks, Array.from({ length: size }, (_, rank) => rank));
      });
      await test.step("the last one has the first one's bytes", () => {
        assert.deepEqual(broadcast, [7, 0]);
      });
      for (const [name, [distance, weight]] of Object.entries(distances)) {
        await test.step(`gradients of ${name} are one rank's to 1e-5`, () => {
          assert.ok(distance < 1e-5, `${weight} by ${distance}`);
        });
      }
      await test.step("all ranks have the same bits", () => assert.ok(sameBits));
    },
  );
}

Deno.test("a library that is none is refused, with what was expected", () => {
  assert.throws(() => joinMpi("/nonexistent/mpi.so"), (error: Error) => {
    assert.ok(error instanceof ResourceError);
    assert.match(error.message, /^loading MPI from \/nonexistent\/mpi.so: /);
    return true;
  });
});
