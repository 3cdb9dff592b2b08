import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "puppeteer-core";
import { listen } from "../../../tasks/serve/listen.ts";
import { seriousFindings } from "../../_support/axe.ts";
import { browserTest } from "../../_support/browser.ts";
import { Served } from "../../_support/served.ts";

const hostile = `<img src=x onerror="document.title = 'taken'">\u001b[7m`;
const note =
  `Word001 since Monday, word002 <script>document.title = "taken"</script>\u001b[31m no more.`;

/** What a busy machine may take. */
const SECONDS = 15;

/** A server on a port of this machine; `use` gets its address. */
async function withServer(use: (base: string, served: Served) => Promise<void>): Promise<void> {
  await using served = await Served.create({ title: hostile.replaceAll('"', '""') });
  const controller = new AbortController();
  const { port, finished } = listen(served.answer, 0, controller.signal);
  try {
    await use(`http://127.0.0.1:${port}/${served.token}/`, served);
  } finally {
    controller.abort();
    await finished;
  }
}

/** Pastes a text and asks for its codes, by the keyboard. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate("document.getElementById('source').open = true");
  await page.evaluate(
    `document.getElementById("result").replaceChildren();
     document.getElementById("text").value = ${JSON.stringify(text)}`,
  );
  await page.focus("#text");
  await page.keyboard.down("Control");
  await page.keyboard.press("Enter");
  await page.keyboard.up("Control");
  await page.waitForSelector(".decide");
}

/** Waits until an expression of the page is what is expected. */
async function until(page: Page, expression: string, expected: string): Promise<void> {
  const condition = `(${expression}) === ${JSON.stringify(expected)}`;
  await page.waitForFunction(condition, { timeout: SECONDS * 1000 }).catch(async () => {
    assert.equal(await page.evaluate(expression), expected, expression);
  });
}

const status = "document.getElementById('status').textContent";
const focused = "document.activeElement.closest('li')?.dataset.code ?? ''";
const summary = "document.querySelector('.summary output').textContent";
const texts = (selector: string) =>
  `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`;
const codesOf = async (page: Page) =>
  await page.evaluate(
    "[...document.querySelectorAll('.codes li')].map((li) => li.dataset.code)",
  ) as string[];

browserTest("a note is coded and decided of by the keyboard alone", async (open, t) => {
  await withServer(async (base, served) => {
    const { page, requests, complaints } = await open(base);
    await page.waitForSelector("#run option");
    await t.step("runs are listed, and the page is fit for all", async () => {
      assert.deepEqual(await page.evaluate(texts("#run option")), [
        `MARN: ${served.run("a")}`,
        `MARN: ${served.run("b")}`,
      ]);
      assert.deepEqual(await seriousFindings(page), []);
    });
    await t.step("a pasted note is coded; note and titles are text", async () => {
      await paste(page, note);
      assert.equal(
        await page.evaluate("document.querySelector('.written').textContent"),
        note.replace("\u001b", ""),
      );
      assert.equal(await page.title(), "Code a note");
      assert.equal(await page.evaluate("document.querySelectorAll('img').length"), 0);
      assert.match(
        `${await page.evaluate("document.querySelector('.code').textContent")}`,
        /<img src=x/,
      );
      assert.match(
        `${await page.evaluate(status)}`,
        /^\d+ codes, \d+ of them above the threshold$/,
      );
    });
    const [first, second] = await codesOf(page) as [string, string];
    await t.step("codes light their words", async () => {
      await page.hover("h1");
      await page.hover('.code[data-code="0"]');
      assert.ok(Number(await page.evaluate("document.querySelectorAll('.word.l4').length")) > 0);
    });
    await t.step("accept, reject, undo, a reason", async () => {
      await page.focus(".codes .code");
      await page.keyboard.press("a");
      await until(page, status, `${first} accepted`);
      await page.keyboard.press("ArrowDown");
      assert.equal(await page.evaluate(focused), second);
      await page.keyboard.press("a");
      await until(page, status, `${second} accepted`);
      await page.keyboard.press("u");
      await until(page, status, `${second} is undecided again`);
      await page.keyboard.press("r");
      await until(page, status, `${second} rejected`);
      await page.keyboard.press("e");
      await page.keyboard.type("history only");
      await page.keyboard.press("Enter");
      assert.equal(await page.evaluate(focused), second);
    });
    await t.step("codes are found by title and added, known or not", async () => {
      await page.keyboard.press("/");
      await page.keyboard.type("dis 3");
      await page.waitForSelector("#found li");
      await page.keyboard.press("Enter");
      await until(page, focused, "003.5");
      await page.keyboard.press("/");
      await page.keyboard.type("z99.9");
      await page.waitForSelector("#found li");
      assert.deepEqual(await seriousFindings(page), []);
      await page.keyboard.press("Enter");
      await until(page, status, "Z99.9 added");
      await until(page, summary, [...new Set([first, "003.5", "Z99.9"])].join(", "));
    });
    await t.step("what was decided is kept, a line each", async () => {
      const lines = (await Deno.readTextFile(served.decisions)).trimEnd().split("\n")
        .map((line) => JSON.parse(line));
      const told = lines.map(({ code, decision, reason }) => [code, decision, reason ?? ""]);
      assert.deepEqual(told.slice(0, 5), [
        [first, "accept", ""],
        [second, "accept", ""],
        [second, "undo", ""],
        [second, "reject", ""],
        [second, "reject", "history only"],
      ]);
      assert.ok(!JSON.stringify(lines).includes("Monday"));
    });
    await t.step(
      "given codes are audited, and the case's codes follow what is decided",
      async () => {
        await page.evaluate(`document.getElementById("given").value = "000.5, 0035 Z99.8"`);
        await paste(page, "word003 word004");
        const heads = await page.evaluate(texts(".head")) as string[];
        assert.match(heads.join(), /^Likely missing: \d,Given, and likely wrong: \d$/);
        assert.deepEqual(await seriousFindings(page), []);
        const before = `${await page.evaluate(summary)}`.split(", ").sort();
        assert.deepEqual(before, ["000.5", "003.5", "Z99.8"]);
        await page.keyboard.press("End");
        const last = `${await page.evaluate(focused)}`;
        await page.keyboard.press("r");
        await until(page, status, `${last} rejected`);
        const after = `${await page.evaluate(summary)}`.split(", ").sort();
        assert.deepEqual(after, before.filter((code) => code !== last));
        await page.select("#view", "codes");
        await page.waitForFunction("document.querySelectorAll('.codes li').length === 6");
        await page.evaluate(`document.getElementById("given").value = ""`);
        await paste(page, note);
        await until(page, summary, [...new Set([first, "003.5", "Z99.9"])].join(", "));
      },
    );
    await t.step("another run is switched to, and decisions stay", async () => {
      await page.select("#run", served.run("b"));
      await page.waitForSelector(`.codes li[data-code="${second}"][data-decision="reject"]`);
      await until(page, summary, [...new Set([first, "003.5", "Z99.9"])].join(", "));
      assert.deepEqual(await seriousFindings(page), []);
    });
    await t.step("JSONL is walked through, note by note", async () => {
      await paste(page, '{"id": "x", "text": "word001"}\n{"id": "y", "text": "word002"}');
      await page.keyboard.press("n");
      await until(page, "document.querySelector('#result h2')?.textContent ?? ''", "y");
      await page.waitForSelector(".decide");
      await page.keyboard.press("p");
      await until(page, "document.querySelector('#result h2')?.textContent ?? ''", "x");
    });
    await t.step("a file is opened, and named by its name", async () => {
      const path = join(served.folder, "letter.txt");
      await Deno.writeTextFile(path, "word005 in a letter");
      await page.evaluate("document.getElementById('source').open = true");
      const [chooser] = await Promise.all([page.waitForFileChooser(), page.click("#file")]);
      await chooser.accept([path]);
      await until(page, "document.querySelector('#result h2')?.textContent ?? ''", "letter.txt");
    });
    await t.step("a note of 10,000 words is shown whole", async () => {
      const long = Array.from({ length: 10_000 }, (_, at) => `word00${at % 9}`).join(" ");
      await paste(page, long);
      const shown = await page.evaluate("document.querySelector('.written').textContent.length");
      assert.equal(shown, long.length);
    });
    await t.step("what cannot be coded is said in one line", async () => {
      await page.evaluate("document.getElementById('source').open = true");
      await page.evaluate(`document.getElementById("text").value = '{"id": "a"}\\n{"b": 1}'`);
      await page.click("button.main");
      await page.waitForSelector("#problem:not([hidden])");
      await until(
        page,
        "document.getElementById('problem').textContent",
        "reading line 1: it is no note, but has the keys id; " +
          'expected {"id": "…", "text": "…"} on each line',
      );
    });
    await t.step("a run that was deleted is said to be gone", async () => {
      await Deno.remove(served.run("b"), { recursive: true });
      await page.evaluate(`document.getElementById("text").value = "word001"`);
      await page.click("button.main");
      await page.waitForFunction(
        `/no longer there/.test(document.getElementById("problem").textContent)`,
        { timeout: SECONDS * 1000 },
      );
    });
    await t.step("nothing but this server was asked, and nothing went wrong unseen", () => {
      assert.deepEqual(requests.filter((url) => !url.startsWith(base)), []);
      const refused = /status of (422|410)/; // the browser's words for the two refusals above
      assert.deepEqual(complaints.filter((line) => !refused.test(line)), []);
    });
    for (const dark of [false, true]) {
      await t.step(`it fits a phone, ${dark ? "dark" : "light"}`, async () => {
        const phone = (await open(base, { width: 390, dark })).page;
        await phone.waitForSelector("#run option");
        await paste(phone, note);
        assert.equal(await phone.evaluate("document.documentElement.scrollWidth"), 390);
        assert.deepEqual(await seriousFindings(phone), []);
      });
    }
    await t.step("the API's page is fit for all, too", async () => {
      const api = (await open(`${base}api`, { width: 390 })).page;
      assert.deepEqual(await seriousFindings(api), []);
      assert.equal(await api.evaluate("document.documentElement.scrollWidth"), 390);
    });
    await t.step("a second user, without the token, sees nothing", async () => {
      const other = (await open(new URL("/", base).href)).page;
      assert.match(
        `${await other.evaluate("document.body.textContent")}`,
        /^\{"error":"the token is/,
      );
    });
  });
});
