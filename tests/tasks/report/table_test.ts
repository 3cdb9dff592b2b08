import assert from "node:assert/strict";
import { formatMarkdown } from "../../../tasks/report/table.ts";

Deno.test("columns are as wide as their widest cell", () => {
  const text = formatMarkdown({
    title: "Codes",
    columns: ["code", "documents"],
    rows: [["038.9", "7"], ["V10", "1234567890"]],
  });
  assert.deepEqual(text.split("\n"), [
    "### Codes",
    "",
    "| code  |  documents |",
    "| :---- | ---------: |",
    "| 038.9 |          7 |",
    "| V10   | 1234567890 |",
    "",
  ]);
});

Deno.test("cells cannot break the table, mark up the page or move the cursor", () => {
  const text = formatMarkdown({
    title: "a\nb",
    columns: ["x"],
    rows: [["|"], ["<script>"], ["\u001b[31mred"], ["*bold*"]],
  });
  assert(!text.includes("\u001b"));
  assert.match(text, /^### a b$/m);
  assert.match(text, /^\| \\\| +\|$/m);
  assert.match(text, /\\<script\\>/);
  assert.match(text, /\\\*bold\\\*/);
});
