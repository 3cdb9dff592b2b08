import assert from "node:assert/strict";
import { showInstall } from "../../../tasks/cli/install_progress.ts";

Deno.test("what an installation says is written as it is", () => {
  const lines: string[] = [];
  showInstall({ terminal: false, write: (line) => lines.push(line) }).warn("setup: unpacking");
  assert.deepEqual(lines, ["setup: unpacking"]);
});

Deno.test("without a terminal a stage of an installation writes nothing", () => {
  const lines: string[] = [];
  const progress = showInstall({ terminal: false, write: (line) => lines.push(line) });
  const meter = progress.stage("downloading", 5e6, "bytes");
  meter.reach(2e6);
  meter.end();
  assert.deepEqual(lines, []);
});
