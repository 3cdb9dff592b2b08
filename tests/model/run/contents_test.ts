import assert from "node:assert/strict";
import { join } from "node:path";
import { EVIDENCE_SCRATCH, findForeignToRun } from "../../../model/run/contents.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

Deno.test("what training and evaluating write is a run's, what somebody adds is not", async () => {
  await using trained = await TrainedRun.create();
  const { code, stderr } = await trained.command("evaluate", ["--scores", "--bootstrap", "0"]);
  assert.equal(code, 0, stderr);
  const left = ["evidence.json", "evidence.md", `${EVIDENCE_SCRATCH}/spilled`];
  await Deno.mkdir(join(trained.run, EVIDENCE_SCRATCH));
  for (const file of left) await Deno.writeTextFile(join(trained.run, file), "");
  assert.equal(await findForeignToRun(trained.run), undefined);
  for (const file of ["thesis.txt", "predictions/mine.csv"]) {
    const path = join(trained.run, file);
    await Deno.writeTextFile(path, "precious");
    assert.equal(await findForeignToRun(trained.run), path);
    await Deno.remove(path);
  }
});
