/**
 * Notes as a page: the words behind each code are lit in the note, and the codes stand beside it. The page
 * holds the notes' texts, and is as private as they are.
 *
 * @module
 */
import { html as markup } from "hono/html"; // under a name whose templates are not laid out anew
import type {
  AttributedWord,
  PredictedCode,
  Prediction,
  UncodedNote,
} from "../../model/run/predict.ts";
import { stripControls } from "../../pipeline/errors.ts";
import { formatPage, type Html } from "../pages/page.ts";
import style from "./note_page.css" with { type: "text" };
import script from "./note_page.js" with { type: "text" };

/** A note and what a run says of it, with the words behind each code. */
export interface CodedNote {
  readonly note: UncodedNote;
  readonly prediction: Prediction;
}

/** What the page says of where it comes from. */
export interface NotePageOrigin {
  /** The system's title. */
  readonly system: string;
  /** The run's folder. */
  readonly run: string;
  /** What the run's data is restricted by: a sentence; undefined where it is free. */
  readonly restricted?: string | undefined;
}

/** Steps of strength; a word's is its share in the code's strongest word. */
const LEVELS = 4;
/** Words with less of the strongest's share are not lit. */
const LEAST = 0.05;
/** Words from this step on can be reached by the keyboard: all others would be too many stops. */
const REACHED = 3;
/** Words that a code names. */
const NAMED = 5;

/** The text of the page. */
export function formatNotePage(
  coded: readonly CodedNote[],
  { system, run, restricted }: NotePageOrigin,
): Promise<string> {
  const contents = coded.length > 1
    ? markup`<nav aria-label="Notes"><ul>${
      coded.map(({ note: { id } }, at) => markup`<li><a href="#note-${at}">${id}</a></li>`)
    }</ul></nav>`
    : "";
  const body = markup`<p class="note"><strong>This page holds the text of ${
    coded.length === 1 ? "a note" : `${coded.length} notes`
  }: keep it as you keep the notes.</strong> ${restricted ?? ""}</p>
<p>Codes by ${system} (${run}). Point at a code, or go to it with Tab: its words light up in the note, the
stronger, the more. Point at a word: its codes light up. A click, or Enter, keeps a code lit; Escape lets it
go. Lit words are what the model used; they are no reason that a person gave.</p>
${contents}${coded.map((one, at) => formatNote(one, at))}`;
  const title = coded.length === 1
    ? `Codes of ${coded[0]!.note.id}`
    : `Codes of ${coded.length} notes`;
  return formatPage({ title, body, styles: [style], scripts: [script] });
}

/** A note alone, as markup for a page that has its style, `note_page.css`. */
export async function formatNoteSection(coded: CodedNote): Promise<string> {
  return stripControls(String(await formatNote(coded, 0)));
}

function formatNote({ note, prediction }: CodedNote, at: number): Html {
  const { tokens, read, threshold, codes, method } = prediction;
  const facts = [
    read < tokens ? `the first ${read} of ${tokens} words were read` : `${tokens} words, all read`,
    `threshold ${threshold.toPrecision(3)}`,
    ...method === undefined ? [] : [`words by ${describe(method)}`],
  ];
  return markup`<section id="note-${at}" aria-labelledby="head-${at}">
<h2 id="head-${at}">${note.id}</h2>
<p class="quiet">${facts.join("; ")}</p>
<div class="coded"><div class="written" role="region" aria-label="Text of the note" tabindex="0">${
    formatText(note.text, prediction)
  }</div>
<ul class="codes" aria-label="Codes">${
    codes.map((code, index) => formatCode(code, index, threshold))
  }</ul>
</div></section>`;
}

function describe(method: string): string {
  return { "gradient": "gradient × input", "attention-gradient": "attention × gradient" }[method] ??
    method;
}

/** A word that some codes light, with its step for each, by the code's place. */
interface LitWord {
  readonly word: AttributedWord;
  readonly levels: Map<number, number>;
}

/** The note's text as it was given, each lit word in an element. */
function formatText(text: string, { codes }: Prediction): (string | Html)[] {
  const words = litWords(codes);
  const isTinted = codes.some(({ assigned }) => assigned)
    ? (code: number) => codes[code]!.assigned
    : () => true;
  const parts: (string | Html)[] = [];
  let at = 0;
  for (const { word, levels } of words) {
    parts.push(text.slice(at, word.start));
    at = word.end;
    const tint = Math.max(0, ...[...levels].map(([code, step]) => isTinted(code) ? step : 0));
    const by = [...levels].map(([code, step]) => `${code}:${step}`).join(" ");
    const shown = text.slice(word.start, word.end);
    if (Math.max(...levels.values()) < REACHED) {
      parts.push(markup`<span class="word s${tint}" data-by="${by}">${shown}</span>`);
      continue;
    }
    const label = `${shown}: ${[...levels.keys()].map((code) => codes[code]!.code).join(", ")}`;
    parts.push(
      markup`<span class="word s${tint}" data-by="${by}" role="button" tabindex="0" aria-label="${label}">${shown}</span>`,
    );
  }
  parts.push(text.slice(at));
  return parts;
}

/** Lit words in the order of the text. */
function litWords(codes: readonly PredictedCode[]): LitWord[] {
  const found = new Map<number, LitWord>();
  codes.forEach(({ words = [] }, code) => {
    const strongest = words[0]?.weight ?? 0; // they fall
    for (const word of words) {
      if (word.weight < LEAST * strongest) continue;
      const lit = found.get(word.start) ?? { word, levels: new Map() };
      lit.levels.set(code, Math.ceil(LEVELS * word.weight / strongest));
      found.set(word.start, lit);
    }
  });
  return [...found.values()].sort((a, b) => a.word.start - b.word.start);
}

function formatCode(
  { code, title, category, probability, assigned, words = [] }: PredictedCode,
  index: number,
  threshold: number,
): Html {
  const named = [...new Set(words.map(({ word }) => word.toLowerCase()))].slice(0, NAMED);
  const side = assigned ? "above" : "not above";
  const group = category
    ? `category ${category.code}${category.title ? ` ${category.title}` : ""}; `
    : "";
  return markup`<li><button type="button" class="code${
    assigned ? " assigned" : ""
  }" data-code="${index}" aria-pressed="false"><span class="line"><span>${code} ${
    title || "(no title)"
  }</span><span>${
    (100 * probability).toFixed(1)
  }%</span></span><span class="more">${group}${side} the threshold of ${
    (100 * threshold).toFixed(1)
  }%</span>${
    named.length > 0 ? markup`<span class="more">words: ${named.join(", ")}</span>` : ""
  }</button></li>`;
}
