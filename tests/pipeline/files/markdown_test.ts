import assert from "node:assert/strict";
import { escapeMarkdown } from "../../../pipeline/files/markdown.ts";

Deno.test("what Markdown gives a meaning to is escaped, and nothing else", () => {
  assert.equal(escapeMarkdown("a|b"), "a\\|b");
  assert.equal(escapeMarkdown("\\ <b> *c* `d` [e]"), "\\\\ \\<b\\> \\*c\\* \\`d\\` \\[e\\]");
  assert.equal(escapeMarkdown("428.0: heart failure (NOS)"), "428.0: heart failure (NOS)");
});
