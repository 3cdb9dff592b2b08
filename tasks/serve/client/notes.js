// The notes that are worked on: pasted, opened or dropped. They are in this page's memory alone.
import { postText } from "./api.js";
import { byId, element } from "./elements.js";

/** The text of a file; refuses what is no text. */
async function readFile(file) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  } catch {
    throw new Error(`${file.name} is not UTF-8 text; convert it first`);
  }
}

/** A file's name as an id may be: short, of four words at most. */
function idOf(name) {
  const isId = name.length <= 64 && name.split(/\s+/).length <= 4;
  return isId ? name : "note";
}

/** The notes of a text, with the codes that were given beside it. */
async function parseNotes(text, name) {
  if (text.trim() === "") throw new Error("There is no text yet: paste a note, or open a file");
  const { notes } = await postText("api/notes", text, { name });
  if (notes.length === 0) throw new Error("There is no note in it");
  const given = byId("given").value.split(/[\s,;]+/).filter((code) => code !== "");
  if (notes.length === 1 && given.length > 0) notes[0].codes = given;
  return notes;
}

/** Which of the notes is shown, and the buttons to go from one to the next. */
class NoteChoice {
  #notes = [];
  #select = byId("notes");
  #show;

  /** Calls `show` with a note whenever another is chosen. */
  constructor(show) {
    this.#show = show;
    this.#select.addEventListener("change", () => this.step(0));
    byId("before").addEventListener("click", () => this.step(-1));
    byId("after").addEventListener("click", () => this.step(1));
  }

  /** Offers other notes, and chooses the first of them. */
  offer(notes) {
    this.#notes = notes;
    this.#select.replaceChildren(
      ...notes.map(({ id }, at) =>
        element("option", { value: String(at) }, `${id || "note"} (${at + 1} of ${notes.length})`)
      ),
    );
    byId("chooser").hidden = notes.length === 1;
    this.#choose(0);
  }

  /** Goes so many notes on, or back; stays where there are none. */
  step(by) {
    this.#choose(Number(this.#select.value) + by);
  }

  #choose(at) {
    if (at < 0 || at >= this.#notes.length) return;
    this.#select.value = String(at);
    byId("before").disabled = at === 0;
    byId("after").disabled = at === this.#notes.length - 1;
    this.#show(this.#notes[at]);
  }
}

/**
 * Watches the form, the files and the choice of a note. Calls `show` with a note whenever another is to be
 * shown, and `fail` with what went wrong.
 */
export function watchNotes(show, fail) {
  const choice = new NoteChoice(show);
  const take = async (text, name) => {
    const notes = await parseNotes(text, name);
    byId("source").open = false;
    choice.offer(notes);
  };
  const open = async (file) => {
    if (!file) return;
    const text = await readFile(file);
    byId("text").value = text;
    await take(text, idOf(file.name));
  };
  const orFail = (work) => work.catch((error) => fail(error));
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    orFail(take(byId("text").value, "note"));
  });
  byId("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) byId("form").requestSubmit();
  });
  byId("file").addEventListener("change", ({ target }) => orFail(open(target.files[0])));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    orFail(open(event.dataTransfer.files[0]));
  });
  return choice;
}
