import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("../../tasks/demo.ts", import.meta.url));
const permissions = ["read", "write", "env", "sys", "ffi", "run"].map((name) => `--allow-${name}`);
const small = ["--admissions", "120", "--length", "0.1", "--epochs", "1", "--codes", "60"];

async function demo(out: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", ...permissions, script, "--out", out, ...small],
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("the demo goes from nothing to a table beside the baselines, and says what it is", async () => {
  const directory = await Deno.makeTempDir(), out = `${directory}/demo`;
  try {
    for (let round = 0; round < 2; round++) { // the second replaces the first
      const { code, stdout, stderr } = await demo(out);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /notes are synthetic/);
      assert.match(stdout, /\| metric .*MARN .*code frequency .*bag-of-words logistic regression/);
      assert.match(stdout, /\| P@5 +\| +\d+\.\d/);
      assert.match(
        stdout,
        /cohort \d+ s, prepare \d+ s, train \d+ s, evaluate \d+ s, in all \d+ s/,
      );
    }
    for (const file of ["mimic/SYNTHETIC.txt", "data/top50/manifest.json", "run/report.md"]) {
      assert.ok((await Deno.stat(`${out}/${file}`)).isFile, file);
    }
    await Deno.remove(`${out}/DEMO.txt`);
    const { code, stderr } = await demo(out);
    assert.equal(code, 2);
    assert.match(stderr, /^error: starting the demo in .* not an earlier demo's/m);
    assert.ok((await Deno.stat(`${out}/run/report.md`)).isFile);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
