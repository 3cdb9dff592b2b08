import assert from "node:assert/strict";
import { join } from "node:path";
import { html } from "hono/html";
import { formatPage } from "../../../tasks/pages/page.ts";
import sortTables from "../../../tasks/pages/sort_tables.js" with { type: "text" };
import { formatHtmlTable } from "../../../tasks/report/html_table.ts";
import { browserTest } from "../../_support/browser.ts";

const hostile = `"><script>document.title = "taken"</script><img src="http://127.0.0.1/x">`;

/** A page of one table, some of its texts hostile, on disk; `use` gets its path. */
async function withPage(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "page.html");
    const table = {
      title: hostile,
      columns: ["code", "F1", hostile],
      rows: [["428.0", "9.5", "b"], ["038.9", "10.1", hostile], ["250", "", "a"]],
    };
    const body = html`<p>${hostile}</p>${formatHtmlTable(table, { sortable: true, words: [2] })}`;
    const page = await formatPage({
      title: `Page ${hostile}`,
      body,
      styles: ["p { color: var(--vermilion); }"],
      scripts: [sortTables],
    });
    await Deno.writeTextFile(path, page);
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("fault 48: markup in a title, a text or a cell is text of the page", async () => {
  await withPage(async (path) => {
    const page = await Deno.readTextFile(path);
    assert.equal(page.match(/<script/g)?.length, 1);
    assert.doesNotMatch(page, /<img/);
    assert.equal(page.split("&lt;script&gt;").length - 1, 6);
  });
});

Deno.test("a page's policy lets nothing in but its own style and scripts", async () => {
  await withPage(async (path) => {
    const [, policy] = /Content-Security-Policy" content="([^"]*)"/.exec(
      await Deno.readTextFile(path),
    )!;
    assert.match(
      policy!,
      /^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'sha256-[^ ]+'; base-uri 'none'; form-action 'none'$/,
    );
  });
});

Deno.test("a page without scripts lets none in", async () => {
  const page = await formatPage({ title: "a", body: html`` });
  assert.match(page, /script-src 'none'/);
});

browserTest("fault 48: a page takes nothing from its texts, and asks for nothing", async (open) => {
  await withPage(async (path) => {
    const { page, requests, complaints } = await open(path);
    assert.equal(await page.title(), `Page ${hostile}`);
    assert.deepEqual([requests, complaints], [[], []]);
  });
});

browserTest("a page's own style and script are let in by its policy", async (open) => {
  await withPage(async (path) => {
    const { page } = await open(path);
    const found = await page.evaluate(`({
      colour: getComputedStyle(document.querySelector("p")).color,
      buttons: document.querySelectorAll("th button").length,
    })`);
    assert.deepEqual(found, { colour: "rgb(213, 94, 0)", buttons: 3 });
  });
});

browserTest("a page is dark for those who prefer it", async (open) => {
  await withPage(async (path) => {
    const { page } = await open(path, { dark: true });
    const ground = await page.evaluate("getComputedStyle(document.body).backgroundColor");
    assert.equal(ground, "rgb(22, 22, 22)");
  });
});

browserTest(
  "a click on a head sorts by numbers, the largest first; again turns it",
  async (open) => {
    await withPage(async (path) => {
      const { page } = await open(path);
      const order = () =>
        page.evaluate(
          `[...document.querySelectorAll("tbody tr")].map((row) => row.cells[0].textContent)`,
        );
      const [, f1] = await page.$$("th button");
      await f1!.click();
      assert.deepEqual(await order(), ["038.9", "428.0", "250"]);
      await f1!.click();
      assert.deepEqual(await order(), ["428.0", "038.9", "250"], "an empty cell stays last");
    });
  },
);

browserTest("a wide page does not scroll sideways on a phone", async (open) => {
  await withPage(async (path) => {
    const { page } = await open(path, { width: 390 });
    assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
  });
});
