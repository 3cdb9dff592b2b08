/** What can be read in a chart that was drawn. */
import type { Chart } from "../../tasks/charts/chart.ts";
import { drawSvg } from "../../tasks/charts/draw.ts";

/** The texts of a chart's SVG, in order. Throws where vega finds something wrong with the chart. */
export async function drawnTexts(chart: Chart): Promise<string[]> {
  const { warn } = console;
  const warnings: unknown[] = [];
  console.warn = (...words: unknown[]) => warnings.push(words.join(" "));
  try {
    const svg = await drawSvg(chart);
    if (warnings.length > 0) throw new Error(`drawing warns: ${warnings.join("; ")}`);
    return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) =>
      text!.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
    );
  } finally {
    console.warn = warn;
  }
}
