import assert from "node:assert/strict";
import { textWidth } from "../../../tasks/charts/text_width.ts";

Deno.test("a line is as wide as Helvetica's letters, in the font's size", () => {
  // 611 + 222 + 556 + 556 + 333 + 556 thousandths
  assert.equal(textWidth("Figure", 10).toFixed(6), "28.340000");
  assert.equal(textWidth("Figure", 20), 2 * textWidth("Figure", 10));
});

Deno.test("bold is wider, and nothing has no width", () => {
  assert.ok(textWidth("Figure", 10, true) > textWidth("Figure", 10));
  assert.equal(textWidth("", 10), 0);
});

Deno.test("a letter that Helvetica's list lacks is as wide as a digit", () => {
  assert.equal(textWidth("λ", 10), textWidth("0", 10));
});
