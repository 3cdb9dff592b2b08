/**
 * The pictures of README and docs: `deno task screenshots RUN PAGE` looks at the report of a run on made-up
 * notes, such as `deno task demo` leaves, at the page that `predict --html PAGE` wrote with it of a made-up
 * note, and at the page of `serve` with another, and writes docs/pictures/. A run on real notes is refused.
 */
// deno-lint-ignore-file no-console -- it has nobody else to tell
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openRun } from "../model/run/run.ts";
import { createAnswers } from "../tasks/serve/app.ts";
import { createToken } from "../tasks/serve/guard.ts";
import { listen } from "../tasks/serve/listen.ts";
import { CodingService } from "../tasks/serve/service.ts";
import { RunShelf } from "../tasks/serve/shelf.ts";
import { startEngine } from "../model/engine/engine.ts";
import { chromium, withBrowser } from "./_support/browser.ts";

const [directory, notePage] = Deno.args;
if (directory === undefined || notePage === undefined) {
  throw new Error("name an evaluated run and a page of predict --html: screenshots RUN PAGE");
}
if (chromium === undefined) throw new Error("Chromium is not found: install Debian's package");
const { dataset } = await openRun(directory);
if (!dataset.synthetic) throw new Error(`${directory} is not of made-up notes`);
/** Made up, for the page of `serve`. */
const note = [
  "History of present illness: 71 year old man with congestive heart failure, atrial fibrillation on " +
  "warfarin and type II diabetes mellitus, admitted with three days of shortness of breath. He was " +
  "found to be in acute on chronic kidney failure. Chest x-ray showed pulmonary edema.",
  "Past medical history: essential hypertension, coronary artery disease of native vessels.",
  "Discharge diagnosis: congestive heart failure, acute kidney failure, urinary tract infection.",
].join("\n\n");

const folder = fileURLToPath(new URL("../docs/pictures", import.meta.url));
await Deno.mkdir(folder, { recursive: true });
await withBrowser(async (open) => {
  const { page } = await open(join(directory, "report.html"), { width: 1120 });
  const top = await page.evaluate("document.querySelectorAll('h2')[2].getBoundingClientRect().top");
  const path = join(folder, "report.png");
  const clip = { x: 0, y: Number(top) - 16, width: 1120, height: 1000 };
  await page.screenshot({ path, clip, captureBeyondViewport: true });
  console.log(path);

  const evidence = (await open(notePage, { width: 1100 })).page;
  await evidence.hover(".code"); // the first code's words are lit
  const box = (await (await evidence.$(".coded"))!.boundingBox())!;
  await evidence.screenshot({
    path: join(folder, "evidence.png"),
    clip: { x: box.x - 8, y: box.y - 8, width: box.width + 16, height: 322 },
    captureBeyondViewport: true,
  });

  await startEngine();
  const stop = new AbortController();
  const token = createToken();
  const service = new CodingService({ shelf: await RunShelf.open([directory]) });
  const server = listen(createAnswers({ service, token }), 0, stop.signal);
  const served = (await open(`http://127.0.0.1:${server.port}/${token}/`, { width: 1100 })).page;
  await served.waitForSelector("#run option");
  await served.type("#text", note);
  await served.click("button.main");
  await served.waitForSelector(".decide");
  const keys = ["a", "ArrowDown", "a", "ArrowDown", "r"] as const;
  for (const key of keys) await served.keyboard.press(key);
  await served.waitForSelector('[data-decision="reject"]');
  await served.screenshot({
    path: join(folder, "serve.png"),
    clip: { x: 0, y: 0, width: 1100, height: 830 },
  });
  stop.abort();
  await server.finished;
});
