import assert from "node:assert/strict";
import { join } from "node:path";
import { IntegrityError, UsageError } from "../../../../pipeline/errors.ts";
import { sha256 } from "../../../../pipeline/files/checksum.ts";
import { formatSealed } from "../../../../pipeline/files/sealed.ts";
import type { PrepareOptions } from "../../../../pipeline/prepare/options.ts";
import { joinParts } from "../../../../pipeline/prepare/parts/join_parts.ts";
import { openPart, readCommon } from "../../../../pipeline/prepare/parts/open_part.ts";
import { orderParts } from "../../../../pipeline/prepare/parts/order_parts.ts";
import { PART_FILES } from "../../../../pipeline/prepare/parts/part_record.ts";
import { preparePart } from "../../../../pipeline/prepare/parts/prepare_part.ts";
import { parsePartRules } from "../../../../pipeline/prepare/parts/part_rules.ts";
import { silent } from "../../../../pipeline/progress.ts";
import { makeParts } from "../../../_support/parts.ts";
import { tinyMimic } from "../../../_support/prepare.ts";
import {
  codeTable,
  csv,
  NOTE_COLUMNS,
  noteRow,
  TINY,
  writeTables,
} from "../../../_support/tiny.ts";

const tiny = await tinyMimic();
Deno.test.afterAll(async () => await tiny[Symbol.asyncDispose]());
const [first, second] = await makeParts(tiny.options, 2) as [string, string];

/** Joins parts as far as their notes. */
async function joined(...paths: string[]): Promise<void> {
  const parts = [];
  for (const path of paths) parts.push(await openPart(path));
  const ordered = orderParts(parts);
  using open = new DisposableStack();
  await readCommon(ordered, "rules", parsePartRules);
  await joinParts(ordered, open, silent.stage("parts"));
}

/** The second part, made with other options. */
async function otherwise(options: Partial<PrepareOptions>, of = 2): Promise<string> {
  const out = await Deno.makeTempDir({ dir: tiny.path });
  await preparePart({ ...tiny.options, ...options, out, part: { number: 2, of } });
  return out;
}

/** A copy of the second part in which one file is another, `part.json` sealed again if it is that. */
async function spoilt(name: string, spoil: (text: string) => string): Promise<string> {
  const folder = await Deno.makeTempDir({ dir: tiny.path });
  for (const file of ["part.json", ...Object.values(PART_FILES)]) {
    await Deno.copyFile(join(second, file), join(folder, file));
  }
  const path = join(folder, name);
  const text = spoil(await Deno.readTextFile(path));
  await Deno.writeTextFile(path, name === "part.json" ? formatSealed(JSON.parse(text)) : text);
  return folder;
}

/** A copy of the second part in which a file is another, for which the record vouches. */
async function forged(name: string, spoil: (text: string) => string): Promise<string> {
  const folder = await spoilt(name, spoil);
  const content = await Deno.readFile(join(folder, name));
  const record = JSON.parse(await Deno.readTextFile(join(folder, "part.json")));
  const entry = record.files.find(({ file }: { file: string }) => file === name);
  Object.assign(entry, { bytes: content.length, sha256: sha256(content) });
  await Deno.writeTextFile(join(folder, "part.json"), formatSealed(record));
  return folder;
}

const refuses = (
  what: string,
  paths: () => Promise<string[]>,
  kind: typeof UsageError | typeof IntegrityError,
  message: RegExp,
) =>
  Deno.test(`fault 81: ${what} is refused`, async () => {
    await assert.rejects(joined(...await paths()), { name: kind.name, message });
  });

refuses(
  "a missing part",
  () => Promise.resolve([second]),
  UsageError,
  /^joining parts: part 1 of 2 missing; expected every part once; .*--part/,
);
refuses(
  "a part that is given twice",
  () => Promise.resolve([first, second, first]),
  UsageError,
  /1 and .*1 are both part 1 of 2; expected every part once/,
);
refuses(
  "a part of another number of parts",
  async () => [first, await otherwise({}, 3)],
  IntegrityError,
  /differ in their numbers of parts; expected parts of one input/,
);
refuses(
  "a part of other options",
  async () => [first, await otherwise({ seed: 7 })],
  IntegrityError,
  /differ in their options/,
);
refuses(
  "a part of other rules",
  async () => [first, await otherwise({ top: 7 })],
  IntegrityError,
  /differ in their rules of splits and labels/,
);
refuses(
  "a part of other tables",
  async () => {
    await writeTables(tiny.path, {
      notes: csv(NOTE_COLUMNS, [noteRow({ row: 1, text: "other" })]),
    });
    const other = await otherwise({});
    await writeTables(tiny.path, { notes: TINY.notes });
    return [first, other];
  },
  IntegrityError,
  /differ in their tables/,
);
refuses(
  "a part that another Deno made",
  async () => [
    first,
    await spoilt("part.json", (text) => text.replace(/"deno": "\d/, '"deno": "9')),
  ],
  IntegrityError,
  /differ in their versions of Deno/,
);
refuses(
  "a part that another version of this program made",
  async () => [
    first,
    await spoilt("part.json", (text) => text.replace(/"program": "\w{4}/, '"program": "0000')),
  ],
  IntegrityError,
  /differ in their versions of this program/,
);
refuses(
  "a part of another format version",
  async () => [
    first,
    await spoilt("part.json", (text) => text.replace(/"version": 1/, '"version": 2')),
  ],
  IntegrityError,
  /part\.json: format version 2; expected a part of format version 1/,
);
for (const name of Object.values(PART_FILES)) {
  refuses(
    `a part whose ${name} is cut`,
    async () => [first, await spoilt(name, (text) => text.slice(0, -1))],
    IntegrityError,
    new RegExp(`${name}: \\d+ bytes instead of \\d+; expected`),
  );
}
refuses(
  "a part whose record was edited",
  async () => {
    const folder = await spoilt("terms.txt", (text) => text);
    const path = join(folder, "part.json");
    const record = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, record.replace('"seed": 1', '"seed": 2'));
    return [first, folder];
  },
  IntegrityError,
  /part\.json: it is not as it was written/,
);
refuses(
  "a part with a line that is no note",
  async () => [first, await forged("notes.jsonl", (text) => text.replace('"row"', '"xyzzy"'))],
  IntegrityError,
  /notes\.jsonl: row: it is missing; expected the file that/,
);
refuses(
  "a part with a code that is not there",
  async () => [
    first,
    await forged("assignments.jsonl", (text) => text.replace(/"codes":\[\d+/, '"codes":[99')),
  ],
  IntegrityError,
  /assignments\.jsonl: the number of a code that is not there/,
);
refuses(
  "a part with fewer tokens than its notes",
  async () => [
    first,
    await forged("notes.jsonl", (text) => text.replace(/"tokens":\d+/, '"tokens":1')),
  ],
  IntegrityError,
  /tokens\.i32: \d+ tokens; expected the \d+ of notes\.jsonl/,
);
refuses(
  "a folder that is no part",
  () => Promise.resolve([first, tiny.path]),
  UsageError,
  /part\.json: it does not exist; expected a part; name another, or make one with/,
);

Deno.test("a document of two patients in two parts is refused, as on one machine", async () => {
  const notes = [1, 2].map((patient) =>
    noteRow({ row: patient, patient, admission: 100, text: "some words" })
  );
  await using other = await tinyMimic({
    ...TINY,
    notes: csv(NOTE_COLUMNS, notes),
    diagnoses: codeTable([[1, 100, "4280"]]),
    procedures: codeTable([[2, 200, "9604"]]),
  });
  const parts = await makeParts(other.options, 2);
  await assert.rejects(joined(...parts), {
    name: "DataError",
    message: /document 100 belongs to the patients/,
  });
});
