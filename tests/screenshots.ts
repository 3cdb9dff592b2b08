/**
 * The pictures of README: `deno task screenshots RUN PAGE` looks at the report of a run on made-up notes,
 * such as `deno task demo` leaves, and at the page that `predict --html PAGE` wrote with it of a made-up
 * note, and writes docs/pictures/. A run on real notes is refused.
 */
// deno-lint-ignore-file no-console -- it has nobody else to tell
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRun } from "../model/run/run.ts";
import { chromium, withBrowser } from "./_support/browser.ts";

const [directory, notePage] = Deno.args;
if (directory === undefined || notePage === undefined) {
  throw new Error("name an evaluated run and a page of predict --html: screenshots RUN PAGE");
}
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

  const note = (await open(notePage, { width: 1100 })).page;
  await note.hover(".code"); // the first code's words are lit
  const box = (await (await note.$(".coded"))!.boundingBox())!;
  await note.screenshot({
    path: join(folder, "evidence.png"),
    clip: { x: box.x - 8, y: box.y - 8, width: box.width + 16, height: 322 },
    captureBeyondViewport: true,
  });
});
