import assert from "node:assert/strict";
import { rowOf, runBenchTask } from "../../_support/run_bench.ts";

const python = Deno.env.get("MARN_PEER_PYTHON") ?? Deno.env.get("MARN_PYTHON") ?? "python3";

/** Whether the Python has all of `packages`; says so once where it lacks one. */
async function has(packages: readonly string[]): Promise<boolean> {
  const code = `import importlib.util as u; exit(not all(map(u.find_spec, ${
    JSON.stringify(packages)
  })))`;
  const found = await new Deno.Command(python, { args: ["-c", code] }).output()
    .then(({ success }) => success, () => false);
  if (!found) console.log(`skipped: a comparison (${python} lacks one of ${packages.join(", ")})`);
  return found;
}

Deno.test({
  name: "PyTorch gives our logits, loss and gradients",
  ignore: !await has(["torch", "safetensors"]),
}, async () => {
  const { code, report, stderr } = await runBenchTask(["--only", "check", "--peer", "python"], {
    MARN_PEER_PYTHON: python,
  });
  assert.equal(code, 0, stderr);
  for (const batch of ["equal lengths", "mixed lengths"]) {
    const { same, logits, loss, gradient, weights } = rowOf(report, "batch", batch);
    assert.equal(same, "yes");
    assert.ok(Math.max(logits, loss, gradient) < 1e-3, `${batch}: ${gradient}`);
    assert.equal(weights, 44);
  }
});

Deno.test({
  name: "the peers count the same words and find the same metrics",
  ignore: !await has(["pandas", "gensim", "sklearn"]),
}, async () => {
  const { code, report, stderr } = await runBenchTask(
    ["--only", "prepare,word2vec,metrics", "--peer", "python", "--rows", "3000"],
    { MARN_PEER_PYTHON: python },
  );
  assert.equal(code, 0, stderr);
  assert.deepEqual(report.failures, []);
  const works = [
    "prepare without word vectors",
    "word2vec, 5 passes",
    "metrics of 100 × 200 scores",
  ];
  for (const work of works) {
    const { python, ratio, by } = rowOf(report, "work", work);
    assert.ok(python.median > 0 && ratio.least > 0, work);
    assert.match(by, /csv|gensim|scikit-learn/);
  }
  assert.ok(rowOf(report, "work", works[2]!).difference < 1e-6);
});
