// Searches codes by how they begin and by words of their titles: a combobox, as ARIA's practices have it.
import { get } from "./api.js";
import { announce, element } from "./elements.js";

/** What a code looks like that no run knows. */
const CODE = /^(?=.*\d)[A-Z0-9][A-Z0-9.]{1,9}$/;

/** Milliseconds without a key after which is searched. */
const PAUSE = 120;

const INPUT = {
  id: "search",
  type: "text",
  autocomplete: "off",
  spellcheck: false,
  placeholder: "code or words of its title",
  attributes: {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": "found",
    "aria-expanded": "false",
  },
};
const LIST = {
  id: "found",
  className: "found",
  hidden: true,
  attributes: { role: "listbox", "aria-label": "Codes found" },
};

/** A field that finds codes of the run that is shown. */
export class CodeSearch {
  #input = element("input", INPUT);
  #list = element("ul", LIST);
  #found = [];
  /** Which of them is marked. */
  #at = -1;
  /** Whether what was found is not what was typed last. */
  #isStale = false;
  #searches = 0;
  #timer;
  #shown;
  #choose;
  #leave;

  /** Calls `choose` with a code and its title, and `leave` when the person turns back. */
  constructor(shown, { choose, leave }) {
    this.#shown = shown;
    this.#choose = choose;
    this.#leave = leave;
    this.#input.addEventListener("input", () => this.#wait());
    this.#input.addEventListener("blur", () => this.#close());
    this.#input.addEventListener("keydown", (event) => this.#hear(event));
  }

  /** The field with its label and list. */
  get field() {
    const label = element("label", { htmlFor: INPUT.id }, "Add a code");
    return element("div", { className: "search" }, label, this.#input, this.#list);
  }

  /** Goes to the field. */
  focus() {
    this.#input.focus();
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#isStale = true;
    this.#timer = setTimeout(() => this.#search(), PAUSE);
  }

  async #search() {
    clearTimeout(this.#timer);
    const { run, task } = this.#shown;
    const q = this.#input.value.trim();
    const own = ++this.#searches;
    const { codes } = q === ""
      ? { codes: [] }
      : await get("api/search", { run, task, q }).catch(() => ({ codes: [] }));
    if (own !== this.#searches) return; // another key was pressed since
    this.#isStale = false;
    const typed = q.toUpperCase();
    const isKnown = codes.some(({ code }) => code.toUpperCase() === typed);
    const strange = { code: typed, title: "(as typed: the run does not know it)" };
    this.#show(!isKnown && CODE.test(typed) ? [...codes, strange] : codes);
    if (q !== "") {
      const count = this.#found.length;
      announce(count === 1 ? "1 code is found" : `${count || "No"} codes are found`);
    }
  }

  #show(codes) {
    this.#found = codes;
    this.#list.replaceChildren(...codes.map(({ code, title }, at) => {
      const option = element("li", {
        id: `found-${at}`,
        attributes: { role: "option", "aria-selected": "false" },
      }, `${code} ${title}`);
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault(); // the field keeps the focus until the code is there
        this.#take(at);
      });
      return option;
    }));
    this.#list.hidden = codes.length === 0;
    this.#input.setAttribute("aria-expanded", String(codes.length > 0));
    this.#input.removeAttribute("aria-activedescendant");
    if (codes.length > 0) this.#mark(0);
  }

  #close() {
    this.#show([]);
  }

  #mark(place) {
    this.#at = (place + this.#found.length) % this.#found.length;
    [...this.#list.children].forEach((option, at) => {
      option.setAttribute("aria-selected", String(at === this.#at));
      if (at === this.#at) option.scrollIntoView({ block: "nearest" });
    });
    this.#input.setAttribute("aria-activedescendant", `found-${this.#at}`);
  }

  #take(at) {
    const { code, title } = this.#found[at];
    this.#input.value = "";
    this.#close();
    this.#choose(code, title);
  }

  /** Takes the marked code, once what was typed last was searched. */
  async #takeMarked() {
    if (this.#isStale) await this.#search();
    if (!this.#isStale && this.#found.length > 0) this.#take(this.#at);
  }

  #hear(event) {
    const isOpen = this.#found.length > 0;
    const act = {
      Escape: () => isOpen ? this.#close() : this.#leave(),
      Enter: () => this.#takeMarked(),
      ArrowDown: isOpen && (() => this.#mark(this.#at + 1)),
      ArrowUp: isOpen && (() => this.#mark(this.#at - 1)),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }
}
