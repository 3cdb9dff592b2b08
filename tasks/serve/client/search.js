// Searches codes by how they begin and by words of their titles: a combobox, as ARIA's practices have it.
import { get } from "./api.js";
import { announce, element } from "./elements.js";

/** What a code looks like that no run knows. */
const CODE = /^[A-Za-z0-9][A-Za-z0-9.]{1,9}$/;

/** Milliseconds without a key after which is searched. */
const PAUSE = 120;

/**
 * A field that finds codes of what is shown; `choose` is called with a code and its title, `leave` when
 * the person turns back.
 */
export function createSearch({ run, task }, { choose, leave }) {
  const list = element("ul", {
    id: "found",
    className: "found",
    hidden: true,
    attributes: { role: "listbox", "aria-label": "Codes found" },
  });
  const input = element("input", {
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
  });
  let found = [];
  let at = -1;
  let timer;
  let asked = 0;
  let isStale = false; // whether a key was pressed since the codes were found that are shown
  const close = () => {
    found = [];
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    at = (place + found.length) % found.length;
    [...list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
      if (index === at) option.scrollIntoView({ block: "nearest" });
    });
    input.setAttribute("aria-activedescendant", `found-${at}`);
  };
  const take = (place) => {
    const { code, title } = found[place];
    input.value = "";
    close();
    choose(code, title);
  };
  const show = (codes) => {
    found = codes;
    list.replaceChildren(...codes.map(({ code, title }, index) => {
      const option = element("li", {
        id: `found-${index}`,
        attributes: { role: "option", "aria-selected": "false" },
      }, `${code} ${title}`);
      option.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        take(index);
      });
      return option;
    }));
    list.hidden = codes.length === 0;
    input.setAttribute("aria-expanded", String(codes.length > 0));
    announce(codes.length === 1 ? "1 code is found" : `${codes.length || "No"} codes are found`);
    if (codes.length > 0) mark(0);
  };
  const search = async () => {
    clearTimeout(timer);
    const q = input.value.trim();
    const own = ++asked;
    if (q === "") return close();
    const { codes } = await get("api/search", { run, task, q }).catch(() => ({ codes: [] }));
    if (own !== asked) return; // another key was pressed since
    isStale = false;
    const isKnown = codes.some(({ code }) => code.toUpperCase() === q.toUpperCase());
    const typed = { code: q.toUpperCase(), title: "(as typed: the run does not know it)" };
    show(!isKnown && CODE.test(q) && /\d/.test(q) ? [...codes, typed] : codes);
  };
  const takeMarked = async () => {
    if (isStale) await search();
    if (!isStale && found.length > 0) take(at);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    isStale = true;
    timer = setTimeout(search, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    const { key } = event;
    if (key === "Escape") {
      if (found.length > 0) close();
      else leave();
    } else if (key === "Enter") takeMarked();
    else if (found.length === 0) return;
    else if (key === "ArrowDown") mark(at + 1);
    else if (key === "ArrowUp") mark(at - 1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const label = element("label", { htmlFor: "search" }, "Add a code");
  return { field: element("div", { className: "search" }, label, input, list), input };
}
