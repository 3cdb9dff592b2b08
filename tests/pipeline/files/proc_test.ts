import assert from "node:assert/strict";
import { readProcFile } from "../../../pipeline/files/proc.ts";

const ignore = Deno.build.os !== "linux";

Deno.test("a file of /proc is read as another process reads it", { ignore }, async () => {
  const { stdout } = await new Deno.Command("cat", { args: ["/proc/version"] }).output();
  assert.equal(readProcFile("/proc/version"), new TextDecoder().decode(stdout));
});

Deno.test("a long file of /proc is cut after 16 kB", { ignore }, () => {
  assert.equal(readProcFile("/proc/kallsyms").length, 16384);
});

Deno.test("a file that is not there is read as empty", { ignore }, () => {
  assert.equal(readProcFile("/proc/no such file"), "");
});
