import assert from "node:assert/strict";
import {
  parseFeatures,
  processorFeatures,
  processorModel,
} from "../../../../model/engine/install/processor.ts";

const listings = {
  "x86, of its first processor": {
    cpuinfo: "processor\t: 0\nflags\t\t: sse2 avx fma \n\nprocessor\t: 1\nflags\t\t: sse2\n",
    features: "avx fma sse2",
  },
  "ARM": { cpuinfo: "processor\t: 0\nFeatures\t: fp asimd\n", features: "asimd fp" },
  "a system that lists none": { cpuinfo: "model name\t: none\n", features: undefined },
};

for (const [name, { cpuinfo, features }] of Object.entries(listings)) {
  Deno.test(`features are parsed in alphabetical order: ${name}`, () => {
    assert.equal(parseFeatures(cpuinfo), features);
  });
}

Deno.test("this processor's features are those that Linux lists", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  const script = "grep -m1 -E '^(flags|Features)' /proc/cpuinfo | cut -d: -f2 | tr ' ' '\\n' | " +
    "grep . | LC_ALL=C sort | paste -sd' '";
  const { stdout } = await new Deno.Command("sh", { args: ["-c", script] }).output();
  const listed = new TextDecoder().decode(stdout).trim() || processorModel();
  assert.equal(processorFeatures(), `${Deno.build.arch} ${listed}`);
});
