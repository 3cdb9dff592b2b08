import assert from "node:assert/strict";
import { fitCalibration } from "../../../model/calibration/calibration.ts";
import { drawResamples } from "../../../model/metrics/bootstrap/resamples.ts";
import { createTrustMeter } from "../../../model/run/trust.ts";
import { createRandom } from "../../../pipeline/random.ts";
import type { Label } from "../../../pipeline/schema.ts";
import { drawCases } from "../../_support/coded_cases.ts";

const labels = Array.from({ length: 10 }, (_, at): Label => ({
  code: `${at}`,
  kind: at < 6 ? "diagnosis" : "procedure",
  title: "",
  group: "",
  documents: { train: 20, dev: 5, test: 5 },
}));
const threshold = 0.4;
const dev = { ...drawCases(createRandom(1, "dev"), { cases: 300, clumsiness: 0 }), threshold };
const test = { ...drawCases(createRandom(2, "test"), { cases: 300, clumsiness: 0 }), threshold };
const promise = { precision: 0.9, confidence: 0.9 };

Deno.test("every method's reliability is measured on every split, overall and by group", () => {
  const meter = createTrustMeter({ labels });
  meter.add("dev", dev);
  meter.add("test", test);
  const { reliability, acceptance } = meter.trust;
  for (const split of ["dev", "test"] as const) {
    assert.deepEqual(Object.keys(reliability[split]!), ["none", "temperature", "isotonic"]);
    for (const { groups } of Object.values(reliability[split]!)) {
      assert.deepEqual(Object.keys(groups), ["diagnoses", "procedures"]);
    }
  }
  assert.equal(acceptance, undefined);
});

Deno.test("intervals are of the documents that the split has, for every method and group", () => {
  const meter = createTrustMeter({ labels });
  meter.add("dev", { ...dev, resamples: drawResamples(300, { size: 20, seed: 1 }) });
  for (const { all, groups } of Object.values(meter.trust.reliability.dev!)) {
    for (const { ece, intervals } of [all, ...Object.values(groups)]) {
      assert.ok(intervals!.ece[0] < ece && ece < intervals!.ece[1]);
    }
  }
});

Deno.test("what dev teaches is kept, and judged on test", () => {
  const meter = createTrustMeter({ labels, promise });
  meter.add("dev", dev);
  meter.add("test", test);
  assert.deepEqual(meter.kept.calibration, fitCalibration(dev.matrix, dev.truth)?.calibration);
  const { acceptance } = meter.trust;
  assert.deepEqual(meter.kept.acceptance!.threshold, acceptance!.threshold);
  assert.deepEqual(Object.keys(acceptance!.splits), ["dev", "test"]);
  assert.ok(acceptance!.splits.test!.precision > 0.85);
});

Deno.test("without dev, what is known from before is used and stays known", () => {
  const first = createTrustMeter({ labels, promise });
  first.add("dev", dev);
  first.add("test", test);
  const second = createTrustMeter({ labels, known: first.kept });
  second.add("test", test);
  assert.deepEqual(second.trust.reliability.test, first.trust.reliability.test);
  assert.deepEqual(second.trust.acceptance!.splits.test, first.trust.acceptance!.splits.test);
  assert.deepEqual(second.kept, first.kept);
});

Deno.test("where nothing is known, scores are taken as they are", () => {
  const meter = createTrustMeter({ labels });
  meter.add("test", test);
  assert.deepEqual(Object.keys(meter.trust.reliability.test!), ["none"]);
  assert.equal(meter.trust.use, "none");
});
