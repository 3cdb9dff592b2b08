import assert from "node:assert/strict";
import { parseFeatures, processorFeatures } from "../../../../model/engine/install/processor.ts";

Deno.test("features are the first processor's, in an order of their own", () => {
  const x86 = "processor\t: 0\nflags\t\t: sse2 avx fma \n\nprocessor\t: 1\nflags\t\t: sse2\n";
  assert.equal(parseFeatures(x86), "avx fma sse2");
  assert.equal(parseFeatures("processor\t: 0\nFeatures\t: fp asimd\n"), "asimd fp");
  assert.equal(parseFeatures("model name: none"), undefined);
});

Deno.test("this processor's features name its architecture", () => {
  assert.ok(processorFeatures().startsWith(`${Deno.build.arch} `));
  assert.equal(processorFeatures(), processorFeatures());
});
