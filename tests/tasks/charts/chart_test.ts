import assert from "node:assert/strict";
import { composeChart, NOTE_SIZE } from "../../../tasks/charts/chart.ts";
import { textWidth } from "../../../tasks/charts/text_width.ts";

/** The lines under a chart's title. */
function linesOf(...notes: string[]): string[] {
  const { title } = composeChart({ title: "Figure 0", notes, panels: [], columns: 1 });
  return (title as { subtitle: string[] }).subtitle;
}

Deno.test("a note's lines hold its words in order, and none is too wide", () => {
  const note = Array.from({ length: 80 }, (_, at) => `word${at}`).join(" ");
  const lines = linesOf(note);
  assert.equal(lines.join(" "), note);
  assert.ok(lines.length > 3);
  for (const line of lines) assert.ok(textWidth(line, NOTE_SIZE) <= 640, line);
});

Deno.test("a line takes as many words as it can", () => {
  const lines = linesOf(Array.from({ length: 80 }, () => "word").join(" "));
  for (const line of lines.slice(0, -1)) assert.ok(textWidth(`${line} word`, NOTE_SIZE) > 640);
});

Deno.test("every note begins a line", () => {
  assert.deepEqual(linesOf("One.", "Two."), ["One.", "Two."]);
});

Deno.test("a word that is wider than a line stands alone", () => {
  const long = "w".repeat(200);
  assert.deepEqual(linesOf(`one ${long} two`), ["one", long, "two"]);
});
