import assert from "node:assert/strict";
import { join } from "node:path";
import { type CodedNote, formatNotePage } from "../../../tasks/report/note_page.ts";
import { seriousFindings } from "../../_support/axe.ts";
import { browserTest } from "../../_support/browser.ts";

const hostile = `"><script>document.title = "taken"</script><img src=x onerror="alert(1)">`;
const text = `Fever\u00ad since Monday,\n  chest pain & ${hostile}\nno more.`;

function word(word: string, weight: number) {
  const start = text.indexOf(word);
  const end = start + word.length;
  return { word, start, end, codePointStart: start, codePointEnd: end, weight };
}

const coded: CodedNote = {
  note: { id: `note ${hostile}`, text },
  prediction: {
    id: `note ${hostile}`,
    tokens: 14,
    read: 12,
    known: 9,
    threshold: 0.3,
    method: "attention",
    codes: [
      {
        code: "780.60",
        title: `Fever ${hostile}`,
        category: { code: "2.3", title: "Signs" },
        probability: 0.9,
        assigned: true,
        words: [word("Fever", 0.8), word("chest", 0.3), word("since", 0.01)],
      },
      {
        code: "786.50",
        title: "",
        probability: 0.2,
        assigned: false,
        words: [word("pain", 0.5), word("chest", 0.45)],
      },
    ],
  },
};
const origin = { system: "MARN", run: "runs/a" };

/** What a page shows: its text without markup. */
function shownText(page: string): string {
  const [, body] = /<div class="written"[^>]*>([^]*?)<\/div>/.exec(page)!;
  const escapes = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
  return body!.replace(/<[^>]*>/g, "")
    .replace(/&(?:lt|gt|quot|#39|amp);/g, (found) => escapes[found as keyof typeof escapes]);
}

Deno.test("the note stands there as it was given, but for what is not to be seen", async () => {
  assert.equal(shownText(await formatNotePage([coded], origin)), text.replace("\u00ad", ""));
});

Deno.test("markup in a note, an id and a title is text", async () => {
  const page = await formatNotePage([coded], origin);
  assert.equal(page.match(/<script/g)?.length, 1);
  assert.doesNotMatch(page, /<img|onerror="alert/);
  assert.match(page, /script-src 'sha256-/);
});

Deno.test("a word says how strongly it stands for which codes; weak ones are plain text", async () => {
  const page = await formatNotePage([coded], origin);
  const by = [...page.matchAll(/data-by="([^"]*)"[^>]*>([^<]*)</g)].map((
    [, by, word],
  ) => [word, by]);
  assert.deepEqual(by, [["Fever", "0:4"], ["chest", "0:2 1:4"], ["pain", "1:4"]]);
});

Deno.test("tints are those of assigned codes", async () => {
  const page = await formatNotePage([coded], origin);
  const tints = [...page.matchAll(/class="word s(\d)"/g)].map(([, tint]) => Number(tint));
  assert.deepEqual(tints, [4, 2, 0]);
});

Deno.test("a code has title, category, probability, threshold and its strongest words", async () => {
  const page = (await formatNotePage([coded], origin)).replace(/<[^>]*>/g, " ").replace(
    /\s+/g,
    " ",
  );
  assert.match(
    page,
    /780\.60 Fever &quot;&gt;.* 90\.0% category 2\.3 Signs; above the threshold of 30/,
  );
  assert.match(
    page,
    /786\.50 \(no title\) 20\.0% not above the threshold of 30\.0% words: pain, chest/,
  );
});

Deno.test("the page says that it holds a note, and what its data is restricted by", async () => {
  const page = await formatNotePage([coded], { ...origin, restricted: "Made from MIMIC-III: …" });
  assert.match(page, /This page holds the text of a note: keep it as you keep the notes\./);
  assert.match(page, /Made from MIMIC-III: …/);
  const two = await formatNotePage([coded, coded], origin);
  assert.match(two, /holds the text of 2 notes/);
  assert.match(two, /<a href="#note-1">/);
});

/** The page on disk; `use` gets its path. */
async function withPage(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const path = join(folder, "page.html");
    await Deno.writeTextFile(path, await formatNotePage([coded, coded], origin));
    await use(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const lit = `[...document.querySelectorAll("#note-0 .word")]
  .filter(({ className }) => /\\bl\\d/.test(className)).map(({ textContent }) => textContent)`;
const litCodes = `[...document.querySelectorAll("#note-0 .code.lit .line span:first-child")]
  .map(({ textContent }) => textContent.split(" ")[0])`;

browserTest(
  "codes light their words and words their codes, by pointer and by keyboard",
  async (open) => {
    await withPage(async (path) => {
      const { page, requests, complaints } = await open(path);
      await page.hover("#note-0 .code:nth-of-type(1)");
      assert.deepEqual(await page.evaluate(lit), ["Fever", "chest"]);
      await page.hover("#note-0 .word:nth-of-type(2)");
      assert.deepEqual(await page.evaluate(litCodes), ["780.60", "786.50"]);
      await page.hover("h1");
      assert.deepEqual(await page.evaluate(lit), []);

      await page.focus('#note-0 .code[data-code="1"]');
      assert.deepEqual(await page.evaluate(lit), ["chest", "pain"]);
      await page.keyboard.press("Enter");
      await page.focus("#note-1 .code");
      assert.deepEqual(await page.evaluate(lit), ["chest", "pain"], "it stays lit");
      await page.focus('#note-0 .code[data-code="1"]');
      await page.keyboard.press("Escape");
      await page.focus('#note-0 .word[tabindex="0"]');
      assert.deepEqual(await page.evaluate(litCodes), ["780.60"]);
      assert.deepEqual([requests, complaints], [[], []]);
    });
  },
);

for (const dark of [false, true]) {
  browserTest(
    `a note fits a phone and a screen reader, ${dark ? "dark" : "light"}`,
    async (open) => {
      await withPage(async (path) => {
        const { page } = await open(path, { width: 390, dark });
        assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 390);
        assert.deepEqual(await seriousFindings(page), []);
        await page.focus(".code"); // its words are lit
        assert.deepEqual(await seriousFindings(page), []);
      });
    },
  );
}
