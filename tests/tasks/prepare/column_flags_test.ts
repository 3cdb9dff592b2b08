import { Command } from "commander";
import assert from "node:assert/strict";
import {
  columnChoice,
  type ColumnFlags,
  declareColumnFlags,
} from "../../../tasks/prepare/column_flags.ts";

function parse(...args: string[]): ColumnFlags {
  const command = declareColumnFlags(new Command()).exitOverride().configureOutput({
    writeErr: () => {},
  });
  return command.parse(args, { from: "user" }).opts();
}

Deno.test("without an option no column is chosen", () => {
  assert.equal(columnChoice(parse()), undefined);
});

Deno.test("fault 55: columns are chosen by name or number, of codes and ids several", () => {
  const choice = columnChoice(parse("--id-column", "hadm_id", "--code-column", "dx1", "2"));
  assert.deepEqual(choice?.columns?.id, ["hadm_id"]);
  assert.deepEqual(choice?.columns?.code, ["dx1", "2"]);
  assert.equal(choice?.header, undefined);
});

Deno.test("fault 54: --no-header says that there is none", () => {
  assert.equal(columnChoice(parse("--no-header"))?.header, false);
});

Deno.test("fault 56: a separator may be written as a shell passes it on", () => {
  const said: [string, string][] = [[";", ";"], ["\\t", "tab"], ["\\n", "newline"], [" ", "space"]];
  for (const [text, means] of said) {
    assert.equal(parse("--code-separator", text).codeSeparator, means);
  }
  assert.throws(() => parse("--code-separator", ""), /expected what stands between codes/);
});
