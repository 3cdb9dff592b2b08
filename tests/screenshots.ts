/**
 * The pictures of README: `deno task screenshots RUN` looks at the report of a run on made-up notes, such
 * as `deno task demo` leaves, and writes docs/pictures/. A run on real notes is refused.
 */
// deno-lint-ignore-file no-console -- it has nobody else to tell
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRun } from "../model/run/run.ts";
import { chromium, withBrowser } from "./_support/browser.ts";

const [directory] = Deno.args;
if (directory === undefined) throw new Error("name a run that was evaluated: screenshots RUN");
if (chromium === undefined) throw new Error("Chromium is not found: install Debian's package");
const { dataset } = await openRun(directory);
if (!dataset.synthetic) throw new Error(`${directory} is not of made-up notes`);
const folder = fileURLToPath(new URL("../docs/pictures", import.meta.url));
await Deno.mkdir(folder, { recursive: true });
await withBrowser(async (open) => {
  const { page } = await open(join(directory, "report.html"), { width: 1120 });
  const top = await page.evaluate("document.querySelectorAll('h2')[2].getBoundingClientRect().top");
  const path = join(folder, "report.png");
  const clip = { x: 0, y: Number(top) - 16, width: 1120, height: 1000 };
  await page.screenshot({ path, clip, captureBeyondViewport: true });
  console.log(path);
});
