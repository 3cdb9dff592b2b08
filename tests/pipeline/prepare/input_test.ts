import assert from "node:assert/strict";
import { join } from "node:path";
import { isRestricted } from "../../../pipeline/prepare/input.ts";
import { completeOptions, type PrepareOptions } from "../../../pipeline/prepare/options.ts";
import { SYNTHETIC_NOTICE } from "../../../pipeline/schema.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("fault 52: MIMIC-III is restricted by itself, all else where it is declared so", async () => {
  await using directory = await temporary();
  const madeUp = join(directory.path, "fixture");
  await Deno.mkdir(madeUp);
  await Deno.writeTextFile(join(madeUp, SYNTHETIC_NOTICE), "");
  const mimic = (directory: string) => ({ kind: "mimic3", directory, ccs: "" }) as const;
  const corpus = { kind: "corpus", notes: [{ path: "n" }], labels: [{ path: "l" }] } as const;
  const restricted = (input: PrepareOptions["input"], restricted?: boolean) =>
    isRestricted(completeOptions({ input, out: "data", restricted }));
  assert.equal(await restricted(mimic(directory.path)), true);
  assert.equal(await restricted(mimic(madeUp)), false);
  assert.equal(await restricted(corpus), false);
  for (const input of [mimic(directory.path), mimic(madeUp), corpus]) {
    assert.equal(await restricted(input, true), true);
  }
});
