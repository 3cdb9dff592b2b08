import assert from "node:assert/strict";
import { evaluateEvidence } from "../../../../model/metrics/evidence/evidence.ts";
import { precisionRecall, tokenCurve } from "../../../../model/metrics/evidence/token_curve.ts";
import type { MarkedCode } from "../../../../model/metrics/evidence/marked.ts";

interface Stored {
  readonly document: number;
  readonly label: number;
  readonly tokens: number;
  readonly spans: readonly (readonly [number, number])[];
  readonly strengths: readonly number[];
}

/** Made by tests/interop/evidence.py. */
const golden = JSON.parse(
  await Deno.readTextFile(new URL("../../../../fixtures/golden/evidence.json", import.meta.url)),
);
const stored: readonly Stored[] = golden.codes;
const codes: MarkedCode[] = stored.map(({ document, label, tokens, spans }) => ({
  document,
  label,
  tokens,
  spans: spans.map(([first, end]) => ({ first, end })),
}));
const strengths = stored.map(({ strengths }) => Float32Array.from(strengths));

/** Asserts that every number within agrees. */
function assertAgrees(found: unknown, expected: unknown, where: string): void {
  if (typeof expected === "number") {
    assert.ok(Math.abs(Number(found) - expected) < 1e-9, `${where}: ${found}, not ${expected}`);
    return;
  }
  assert.deepEqual(Object.keys(found as object).sort(), Object.keys(expected as object).sort());
  for (const [key, value] of Object.entries(expected as object)) {
    assertAgrees((found as Record<string, unknown>)[key], value, `${where}.${key}`);
  }
}

Deno.test("agreement overall equals scikit-learn's", () => {
  assertAgrees(evaluateEvidence(codes, strengths).overall, golden.overall, "overall");
});

Deno.test("each code's agreement equals scikit-learn's", () => {
  assertAgrees(evaluateEvidence(codes, strengths).byCode, golden.byCode, "byCode");
});

Deno.test("each half's threshold is the one with the largest F1 on the other half", () => {
  assertAgrees(evaluateEvidence(codes, strengths).thresholds, golden.thresholds, "thresholds");
});

Deno.test("macro figures are means over codes", () => {
  const { macro, byCode } = evaluateEvidence(codes, strengths);
  const mean = (of: (at: number) => number) =>
    byCode.reduce((sum, _, at) => sum + of(at), 0) / byCode.length;
  assertAgrees(macro.auprc, mean((at) => byCode[at]!.auprc), "auprc");
  assertAgrees(macro.tokens.f1, mean((at) => byCode[at]!.tokens.f1), "f1");
  assertAgrees(macro.spans.recall, mean((at) => byCode[at]!.spans.recall), "recall");
  assertAgrees(macro.hits["hit@3"], mean((at) => byCode[at]!.hits["hit@3"]), "hit@3");
});

Deno.test("the reported curve is that of all tokens at fixed thresholds", () => {
  const { curve } = evaluateEvidence(codes, strengths);
  const { points } = tokenCurve(codes, strengths);
  const half = curve.find(({ threshold }) => threshold === 0.5)!;
  const last = points.findLast(({ threshold }) => threshold >= 0.5)!;
  assertAgrees(half, { threshold: 0.5, ...precisionRecall(last) }, "curve");
});

Deno.test("perfect strengths agree in everything", () => {
  const perfect = codes.map(({ tokens, spans }) => {
    const own = new Float32Array(tokens);
    spans.forEach(({ first, end }) => own.fill(1, first, end));
    return own;
  });
  const apart = codes.map((code) => ({ ...code, spans: code.spans.slice(0, 1) }));
  const only = apart.map(({ tokens, spans }) => {
    const own = new Float32Array(tokens);
    spans.forEach(({ first, end }) => own.fill(1, first, end));
    return own;
  });
  assert.equal(evaluateEvidence(codes, perfect).overall.tokens.f1, 1);
  const { overall } = evaluateEvidence(apart, only);
  assert.deepEqual([overall.spans.f1, overall.hits["hit@1"], overall.auprc], [1, 1, 1]);
});

Deno.test("strengths of 0 take nothing and hit nothing", () => {
  const { overall } = evaluateEvidence(codes, codes.map(({ tokens }) => new Float32Array(tokens)));
  const marked = codes.reduce((sum, { tokens, spans }) => {
    const gold = new Set(
      spans.flatMap(({ first, end }) => Array.from({ length: end - first }, (_, at) => first + at)),
    );
    return { gold: sum.gold + gold.size, all: sum.all + tokens };
  }, { gold: 0, all: 0 });
  assert.deepEqual(overall.tokens, { precision: 0, recall: 0, f1: 0 });
  assert.equal(overall.hits["hit@5"], 0);
  assert.ok(Math.abs(overall.auprc - marked.gold / marked.all) < 1e-12); // chance
});

Deno.test("marked tokens behind the last that was read count as missed", () => {
  const code = {
    document: 0,
    label: 0,
    tokens: 10,
    spans: [{ first: 1, end: 2 }, { first: 8, end: 9 }],
  };
  const other = { ...code, document: 1 };
  const read = Float32Array.of(0, 1, 0);
  const { overall } = evaluateEvidence([code, other], [read, read]);
  assert.deepEqual(overall.tokens, { precision: 1, recall: 0.5, f1: 2 / 3 });
});
