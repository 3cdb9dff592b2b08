import assert from "node:assert/strict";
import type { Figure } from "../../../tasks/analyze/figure.ts";
import { formatFigure, formatSummaries } from "../../../tasks/analyze/words.ts";

const drawn = {
  figure: { number: 3, findings: ["one", "two"], summary: [{ share: 0.5 }] } as unknown as Figure,
  files: ["a.svg", "a.csv"],
};

Deno.test("a figure's files are named, then what it comes to", () => {
  assert.equal(formatFigure(drawn), "Figure 3: a.svg, a.csv\n  one\n  two");
});

Deno.test("programs find each figure's number, files and numbers", () => {
  assert.deepEqual(JSON.parse(formatSummaries([drawn])), {
    figures: [{ figure: 3, files: ["a.svg", "a.csv"], summary: [{ share: 0.5 }] }],
  });
});
