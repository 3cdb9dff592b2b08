// The list of a note's codes to decide of: each is accepted, rejected or left, and others are added.
import { decide, WORDS } from "./decisions.js";
import { announce, element, showProblem } from "./elements.js";
import { createSearch } from "./search.js";

const HELP =
  "In the list: ↑ ↓ next code · A accept · R reject · U undo · E reason · / add a code · " +
  "N P next, previous note";

/** A title as it stands in the list, behind the code. */
function describe(code, title) {
  return title === "" ? code : `${code} ${title}`;
}

/** A code's two buttons and the field of its reason. */
function createControls(code, name, { set, reason }) {
  const button = (decision, label) => {
    const made = element("button", {
      type: "button",
      className: decision,
      attributes: { "aria-pressed": "false", "aria-label": `${label} ${code}` },
    }, label);
    made.addEventListener("click", () => set(decision));
    return made;
  };
  const field = element("input", {
    type: "text",
    className: "reason",
    maxLength: 500,
    placeholder: "reason",
    autocomplete: "off",
    attributes: { "aria-label": `Reason for ${name}` },
  });
  field.addEventListener("change", () => reason(field.value));
  const word = element("span", { className: "word-of" });
  return element(
    "div",
    { className: "decide" },
    button("accept", "Accept"),
    button("reject", "Reject"),
    word,
    field,
  );
}

/** An item of the list for a code that the run did not list. */
function createAdded(code, title) {
  const line = element("span", { className: "line" }, element("span", {}, describe(code, title)));
  const button = element("button", { type: "button", className: "code own" }, line);
  return element("li", { className: "added" }, button);
}

/** The list's code by code, with what decides of it. */
export function watchCodes(shown, coded, { step, onChange }) {
  const { prediction, decisions } = shown;
  const list = coded.querySelector(".codes");
  const items = new Map();
  const show = (code) => {
    const { item, title } = items.get(code);
    const { decision, reason = "" } = decisions.get(code) ?? {};
    const isIn = decision === "accept" || decision === "add";
    item.dataset.decision = decision ?? "";
    item.querySelector(".accept").setAttribute("aria-pressed", String(isIn));
    item.querySelector(".reject").setAttribute("aria-pressed", String(decision === "reject"));
    item.querySelector(".word-of").textContent = decision ? `${WORDS[decision]}` : "";
    const field = item.querySelector(".reason");
    field.hidden = decision === undefined;
    field.value = reason;
    onChange(items, title);
  };
  const set = async (code, decision, reason = "") => {
    const before = decisions.get(code)?.decision;
    const isListed = prediction.codes.some((one) => one.code === code);
    const made = decision === "accept" && !isListed ? "add" : decision;
    if (made === "undo" && before === undefined) return;
    try {
      await decide(shown, code, { decision: made, reason });
    } catch (error) {
      return showProblem(error.message);
    }
    showProblem(undefined);
    show(code);
    announce(`${code} ${WORDS[made] ?? "is undecided again"}`);
  };
  const enter = (item, code, title) => {
    items.set(code, { item, title });
    const controls = createControls(code, describe(code, title), {
      set: (decision) => set(code, decisions.get(code)?.decision === decision ? "undo" : decision),
      reason: (reason) => {
        const { decision } = decisions.get(code) ?? {};
        if (decision) set(code, decision, reason);
      },
    });
    item.append(controls);
    item.dataset.code = code;
    show(code);
  };
  const add = (code, title) => {
    const item = createAdded(code, title);
    list.append(item);
    enter(item, code, title);
    return item;
  };
  [...list.children].forEach((item, at) => {
    const { code, title } = prediction.codes[at];
    enter(item, code, title);
  });
  for (const code of decisions.keys()) if (!items.has(code)) add(code, "");
  const focus = (code) => items.get(code).item.querySelector(".code").focus();
  const buttons = () => [...list.querySelectorAll(".code")];
  const move = (from, by) => {
    const all = buttons();
    all[Math.min(all.length - 1, Math.max(0, all.indexOf(from) + by))]?.focus();
  };
  const search = createSearch(shown, {
    choose: async (code, title) => {
      if (!items.has(code)) add(code, title);
      await set(code, "accept");
      focus(code);
    },
    leave: () => buttons()[0]?.focus(),
  });
  list.addEventListener("keydown", (event) => {
    const { key, target } = event;
    const item = target.closest("li");
    if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
    const own = item.querySelector(".code");
    const { code } = item.dataset;
    if (target.matches(".reason")) {
      if (key !== "Enter" && key !== "Escape") return;
      event.preventDefault();
      return own.focus(); // which makes a changed reason heard
    }
    const acts = {
      ArrowDown: () => move(own, 1),
      ArrowUp: () => move(own, -1),
      Home: () => move(own, -Infinity),
      End: () => move(own, Infinity),
      a: () => set(code, "accept"),
      r: () => set(code, "reject"),
      u: () => set(code, "undo"),
      e: () => item.querySelector(".reason").focus(),
      "/": () => search.input.focus(),
      n: () => step(1),
      p: () => step(-1),
    };
    const act = acts[key.length === 1 ? key.toLowerCase() : key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  const help = element("p", { className: "quiet keys" }, HELP);
  const side = element("div", { className: "side" });
  list.replaceWith(side);
  side.append(search.field, help, list);
  return { focusFirst: () => buttons()[0]?.focus({ preventScroll: true }) };
}
