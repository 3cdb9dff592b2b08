/**
 * The kernels under AddressSanitizer and UndefinedBehaviorSanitizer, and with narrower vectors than
 * this machine's: no stray access, and the same results whatever the width.
 */
import assert from "node:assert/strict";

const compiler = Deno.env.get("CXX") || "c++";
const sources = [
  "./native_harness.cc",
  "../../../model/engine/native/gemm.cc",
  "../../../model/engine/native/pool.cc",
].map((path) => new URL(path, import.meta.url).pathname);
const native = ["-O0", "-g", "-march=native", "-fsanitize=address,undefined"];

/** Builds that must agree with each other. */
const builds: Record<string, string[]> = {
  "this machine's vectors, sanitized": [...native, "-fno-sanitize-recover=all"],
  "the compiler's default vectors": ["-O1"],
  ...Deno.build.arch === "x86_64" && { "256-bit vectors": ["-O1", "-mavx2", "-mfma"] },
};

async function run(command: string, args: string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const text = new TextDecoder();
  if (!success) throw new Error(`${command}: ${text.decode(stderr)}`);
  return text.decode(stdout);
}

/** Output name → sum, as the harness prints them. */
async function results(directory: string, name: string, flags: string[]) {
  const program = `${directory}/${name.replaceAll(/\W+/g, "_")}`;
  await run(compiler, ["-std=c++17", "-pthread", ...flags, ...sources, "-o", program]);
  const lines = (await run(program, [])).trim().split("\n");
  return lines.map((line) => line.split("\t") as [string, string]);
}

async function canSanitize(directory: string): Promise<boolean> {
  const source = `${directory}/probe.cc`;
  await Deno.writeTextFile(source, "int main() { return 0; }\n");
  try {
    await run(compiler, [...native, source, "-o", `${directory}/probe`]);
    await run(`${directory}/probe`, []);
    return true;
  } catch {
    return false;
  }
}

Deno.test("kernels read and write within bounds, with vectors of any width", async () => {
  const directory = await Deno.makeTempDir();
  try {
    if (!await canSanitize(directory)) {
      console.log(`skipped: ${compiler} cannot build with AddressSanitizer here`);
      return;
    }
    const all = await Promise.all(
      Object.entries(builds).map(async ([name, flags]) => ({
        name,
        sums: await results(directory, name, flags),
      })),
    );
    const [first, ...others] = all;
    assert.ok(first!.sums.length > 100);
    for (const { name, sums } of others) {
      assert.equal(sums.length, first!.sums.length);
      sums.forEach(([output, sum], i) => {
        const [expectedOutput, expected] = first!.sums[i]!;
        assert.equal(output, expectedOutput);
        const difference = Math.abs(Number(sum) - Number(expected));
        const tolerance = 1e-4 * Math.max(1, Math.abs(Number(expected)));
        assert.ok(difference <= tolerance, `${name}, ${output}: ${sum}, expected ${expected}`);
      });
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
