/** The text in notes that are to be coded, in each part in which it may be where it should not. */
import { join } from "node:path";
import type { TrainedRun } from "../trained_run.ts";
import { callWithCanary } from "./call.ts";
import { CANARY, type Canary, HOSTILE, TEXT } from "./canary.ts";

const LINES: { readonly [what: string]: string } = {
  "a line that is no JSON": TEXT,
  "a text alone": JSON.stringify(TEXT),
  "an id": JSON.stringify({ id: TEXT, text: "fever" }),
  "a key": JSON.stringify({ id: "1", [TEXT]: "fever" }),
  "a list": JSON.stringify({ id: ["1"], text: [TEXT] }),
  "half an object": `{"id": "1", "text": "${TEXT}`,
  "the note": JSON.stringify({ id: "1", text: `unheard ${CANARY}` }),
  "an id that a terminal obeys": JSON.stringify({ id: `a${HOSTILE}`, text: "fever" }),
};

/** Cells of tables of notes and of codes, one of which holds the text. */
const CELLS = ["id", "text", "code"] as const;

/** Notes with codes that are audited, into a list without words. */
async function walkCodedNotes(
  { directory, run }: Pick<TrainedRun, "directory" | "run">,
): Promise<Canary[]> {
  const notes = join(directory, "audited.csv");
  const labels = join(directory, "codes.csv");
  const out = join(directory, "audit");
  const canaries: Canary[] = [];
  for (const cell of CELLS) {
    const has = (other: string, usual: string) => cell === other ? TEXT.replaceAll(",", "") : usual;
    const id = has("id", "1");
    await Deno.writeTextFile(notes, `id,text\n${id},${has("text", "fever")}\n`);
    await Deno.writeTextFile(labels, `id,code\n${id},${has("code", "000.5")}\n`);
    const args = ["audit", "--run", run, "--notes", notes, "--labels", labels, "--out", out];
    canaries.push(await callWithCanary(`audit, a cell of ${cell}`, args, { out }));
    await Deno.remove(out, { recursive: true }).catch(() => {});
  }
  return canaries;
}

/** Notes of one line each, and a file whose name a terminal obeys. */
export async function walkNotes({ directory, run }: TrainedRun): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const path = join(directory, "notes.jsonl");
  const predict = ["predict", "--run", run, "--jsonl", "--words", "0"];
  for (const [what, line] of Object.entries(LINES)) {
    await Deno.writeTextFile(path, `${line}\n`);
    canaries.push(await callWithCanary(`predict, ${what}`, [...predict, path]));
  }
  canaries.push(...await walkCodedNotes({ directory, run }));
  const name = "predict, a name that a terminal obeys";
  canaries.push(await callWithCanary(name, [...predict, `${path}${HOSTILE}`]));
  return canaries;
}
