/** What axe-core, a checker of pages for those who cannot see them or use no pointer, finds of a page. */
import axe from "axe-core";
import type { Page } from "puppeteer-core";

/** What of a finding is looked at here. */
interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string }[];
}

/** The serious and critical findings: each rule with the first elements that break it. */
export async function seriousFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate("axe.run()") as { violations: readonly Finding[] };
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html).join(" ")}`);
}
