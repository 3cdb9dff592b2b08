import assert from "node:assert/strict";
import { type Chart, composeChart } from "../../../tasks/analyze/chart.ts";
import { drawSvg } from "../../../tasks/analyze/draw.ts";
import { textWidth } from "../../../tasks/analyze/text_width.ts";

/** A chart of two points. */
function chartNamed(title: string): Chart {
  return composeChart({
    title,
    notes: ["Data: none."],
    columns: 1,
    panels: [{
      width: 100,
      height: 100,
      data: { values: [{ at: 1, value: 2 }, { at: 3, value: 4 }] },
      mark: { type: "line", clip: true },
      encoding: {
        x: { field: "at", type: "quantitative", title: "length (tokens)" },
        y: { field: "value", type: "quantitative", title: "documents" },
      },
    }],
  });
}

Deno.test("a chart is an SVG with its title, its notes and its axes' titles", async () => {
  const svg = await drawSvg(chartNamed("Figure 0: α < β & γ"));
  assert.match(svg, /^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"[^>]*>.*<\/svg>\n$/s);
  for (
    const text of ["Figure 0: α &lt; β &amp; γ", "Data: none.", "length (tokens)", "documents"]
  ) {
    assert.ok(svg.includes(`>${text}</text>`), text);
  }
});

Deno.test("the same chart is the same bytes", async () => {
  assert.equal(await drawSvg(chartNamed("Figure 0")), await drawSvg(chartNamed("Figure 0")));
});

Deno.test("what XML cannot hold is left out", async () => {
  assert.ok((await drawSvg(chartNamed("a\u0007b\u001bc"))).includes(">abc</text>"));
});

Deno.test("a picture is as wide as its longest line, by the widths of letters", async () => {
  const title = "W".repeat(60);
  const [, width] = /width="(\d+)"/.exec(await drawSvg(chartNamed(title)))!;
  assert.ok(Math.abs(Number(width) - textWidth(title, 14, true) - 24) < 3, width); // and a margin
});
