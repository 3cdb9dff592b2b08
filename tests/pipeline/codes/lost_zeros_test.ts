import assert from "node:assert/strict";
import { findLostZeros } from "../../../pipeline/codes/lost_zeros.ts";
import { readCcs } from "../../../pipeline/codes/ccs.ts";
import { needsShared, sharedPath } from "../../_support/shared_data.ts";

const counts = (codes: readonly string[]) => new Map(codes.map((code) => [code, 1]));
const known = (codes: readonly string[]) => (code: string) => codes.includes(code);

Deno.test("fault 73: nothing is lost where a code begins with 0, or none is known with zeros alone", () => {
  assert.equal(findLostZeros("diagnosis", counts(["0389", "389"]), known(["0389"])), undefined);
  assert.equal(findLostZeros("diagnosis", counts(["4280", "389"]), known(["4280"])), undefined);
  assert.equal(findLostZeros("procedure", counts([]), known(["0066"])), undefined);
});

Deno.test("fault 73: a code that is known as it stands may have lost zeros too", () => {
  const lost = findLostZeros("procedure", counts(["331", "66"]), known(["331", "0331", "0066"]));
  assert.deepEqual([...lost!.restored], [["66", "0066"]]);
  assert.deepEqual([...lost!.ambiguous], ["331"]);
  assert.equal(lost!.rows, 1);
});

Deno.test("fault 73: a diagnosis with its point is no float", () => {
  assert.equal(findLostZeros("diagnosis", counts(["428.0", "250.0"]), known(["4280"])), undefined);
  assert.equal(findLostZeros("procedure", counts(["66.0"]), known(["660"])), undefined);
});

const shared = await needsShared("ccs2015", "mimic3-demo");
for (
  const [table, kind, share] of [
    ["DIAGNOSES_ICD", "diagnosis", 0.02],
    ["PROCEDURES_ICD", "procedure", 0.02],
  ] as const
) {
  Deno.test(
    `fault 73: MIMIC-III's demo, ${table} without its zeros, is recognised and restored`,
    shared,
    async () => {
      const { title } = await readCcs(sharedPath("ccs2015"));
      const isKnown = (code: string) => title(kind, code) !== "";
      const text = await Deno.readTextFile(sharedPath(`mimic3-demo/${table}.csv`));
      const whole = text.trimEnd().split("\n").slice(1).map((line) => line.trim().split(",")[4]!);
      const count = (codes: readonly string[]) =>
        new Map([...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]));
      assert.equal(findLostZeros(kind, count(whole), isKnown), undefined);
      const number = (code: string) => /^\d+$/.test(code) ? String(Number(code)) : code;
      const lost = findLostZeros(kind, count(whole.map(number)), isKnown)!;
      assert.ok(lost.rows / whole.length > share);
      for (const code of whole) {
        const written = number(code);
        const isRight = (lost.restored.get(written) ?? written) === code;
        assert.ok(isRight || lost.ambiguous.has(written), `${written} was ${code}`);
      }
    },
  );
}
