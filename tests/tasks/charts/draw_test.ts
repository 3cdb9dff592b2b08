import assert from "node:assert/strict";
import { type Chart, composeChart } from "../../../tasks/charts/chart.ts";
import { drawInline, drawSvg } from "../../../tasks/charts/draw.ts";
import { textWidth } from "../../../tasks/charts/text_width.ts";

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
  assert.ok(Math.abs(Number(width) - textWidth(title, 14, true) - 24) < 3, `${width}`); // and a margin
});

/** What is wrong with an SVG, if anything is: a long text is no message. */
function findings(svg: string, expected: readonly RegExp[], forbidden: readonly RegExp[]) {
  return [
    ...expected.filter((pattern) => !pattern.test(svg)),
    ...forbidden.filter((pattern) => pattern.test(svg)),
  ];
}

Deno.test("a chart within a page has the page's colours alone, and no ground of its own", async () => {
  const svg = await drawInline(chartNamed("Figure 0"), { id: "two", label: "two points" });
  const found = findings(svg, [/fill="var\(--ink\)"/], [/#[0-9A-Fa-f]{6}/, /"white"/]);
  assert.deepEqual(found, []);
});

Deno.test("a chart within a page says what it shows, whatever that holds", async () => {
  const svg = await drawInline(chartNamed("Figure 0"), { id: "two", label: 'a "b" <c> & d' });
  assert.ok(
    svg.startsWith(
      '<svg id="two" role="img" aria-label="a &quot;b&quot; &lt;c> &amp; d" xmlns="http://www.w3.org',
    ),
  );
});

Deno.test("charts of one page do not share what they clip by", async () => {
  const svg = await drawInline(chartNamed("Figure 0"), { id: "two", label: "two points" });
  const expected = [/<clipPath id="two-clip1">/, /clip-path="url\(#two-clip1\)"/];
  assert.deepEqual(findings(svg, expected, [/"clip/, /#clip/]), []);
});
