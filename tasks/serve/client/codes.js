// The list of a note's codes to decide of: each is accepted, rejected or left, and others are added.
import { get } from "./api.js";
import { headAudit } from "./audit.js";
import {
  createAdded,
  createControls,
  createHead,
  describeCode,
  showDecision,
} from "./code_items.js";
import { decide, WORDS } from "./decisions.js";
import { announce, element, showProblem } from "./elements.js";
import { CodeSearch } from "./search.js";

const HELP =
  "In the list: ↑ ↓ next code · A accept · R reject · U undo · E reason · / add a code · " +
  "N P next, previous note";

/** The list of what is shown. */
export class CodeList {
  /** Items by their codes. */
  #items = new Map();
  #shown;
  #list;
  #search;
  #step;
  #onChange;

  /** @param coded the element of the note and its codes; what goes beside the note is put into it. */
  constructor(shown, coded, { step, onChange }) {
    this.#shown = shown;
    this.#list = coded.querySelector(".codes");
    this.#step = step;
    this.#onChange = onChange;
    this.#search = new CodeSearch(shown, {
      choose: (code, title) => this.#add(code, title),
      leave: () => this.focusFirst(),
    });
    [...this.#list.children].forEach((item, at) =>
      this.#enter(shown.prediction.codes[at].code, item)
    );
    const says = shown.audit ? [headAudit(shown.audit, this.#list)] : [];
    this.#enterDecided();
    this.#list.addEventListener("keydown", (event) => this.#hear(event));
    this.#build(says);
  }

  /** Goes to the first code. */
  focusFirst() {
    this.#buttons()[0]?.focus({ preventScroll: true });
  }

  #build(says) {
    const side = element("div", { className: "side" });
    this.#list.replaceWith(side);
    const help = element("p", { className: "quiet keys" }, HELP);
    side.append(this.#search.field, help, this.#list, ...says);
  }

  /** Codes that were decided of before and are not the run's: their titles come later. */
  #enterDecided() {
    const { run, task, audit, decisions } = this.#shown;
    const codes = [...decisions.keys()].filter((code) => !this.#items.has(code));
    if (audit && codes.length > 0) this.#list.append(createHead("Decided of before"));
    for (const code of codes) {
      const item = createAdded(code, "");
      this.#list.append(item);
      this.#enter(code, item);
      get("api/search", { run, task, q: code }).then((found) => {
        const title = found.codes.find((one) => one.code === code)?.title ?? "";
        item.querySelector(".line").textContent = describeCode(code, title);
      }, () => {}); // it is named by its code
    }
  }

  #enter(code, item) {
    this.#items.set(code, item);
    item.dataset.code = code;
    item.append(createControls(code, {
      press: (decision) =>
        this.#set(code, this.#decided(code).decision === decision ? "undo" : decision),
      reason: (reason) => this.#set(code, this.#decided(code).decision, reason),
    }));
    this.#refresh(code);
  }

  #decided(code) {
    return this.#shown.decisions.get(code) ?? {};
  }

  #refresh(code) {
    const decided = this.#decided(code);
    showDecision(this.#items.get(code), decided, WORDS[decided.decision]);
    this.#onChange();
  }

  /** Decides; what the server does not keep is not shown as decided. */
  async #set(code, decision, reason = "") {
    const before = this.#decided(code);
    const isListed = this.#shown.prediction.codes.some((one) => one.code === code);
    const made = decision === "accept" && !isListed ? "add" : decision;
    if (made === (before.decision ?? "undo") && reason === (before.reason ?? "")) return;
    try {
      await decide(this.#shown, code, { decision: made, reason });
      showProblem(undefined);
      announce(`${code} ${WORDS[made] ?? "is undecided again"}`);
    } catch (error) {
      showProblem(error.message);
    }
    this.#refresh(code);
  }

  async #add(code, title) {
    if (!this.#items.has(code)) {
      const item = createAdded(code, title);
      this.#list.append(item);
      this.#enter(code, item);
    }
    await this.#set(code, "accept");
    this.#items.get(code).querySelector(".code").focus();
  }

  #buttons() {
    return [...this.#list.querySelectorAll(".code")];
  }

  #move(from, by) {
    const all = this.#buttons();
    all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + by))].focus();
  }

  #hear(event) {
    const { key, target } = event;
    const code = target.closest("li")?.dataset.code;
    if (code === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = target.matches(".reason")
      ? this.#keyOfReason(key, code)
      : this.#keyOfCode(key, code);
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** Leaving the field makes a changed reason heard. */
  #keyOfReason(key, code) {
    const leave = () => this.#items.get(code).querySelector(".code").focus();
    return { Enter: leave, Escape: leave }[key];
  }

  #keyOfCode(key, code) {
    const item = this.#items.get(code);
    const own = item.querySelector(".code");
    const acts = {
      ArrowDown: () => this.#move(own, 1),
      ArrowUp: () => this.#move(own, -1),
      Home: () => this.#move(own, -Infinity),
      End: () => this.#move(own, Infinity),
      a: () => this.#set(code, "accept"),
      r: () => this.#set(code, "reject"),
      u: () => this.#set(code, "undo"),
      e: () => item.querySelector(".reason").focus(),
      "/": () => this.#search.focus(),
      n: () => this.#step(1),
      p: () => this.#step(-1),
    };
    return acts[key.length === 1 ? key.toLowerCase() : key];
  }
}
