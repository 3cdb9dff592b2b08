// Lights a code's words while the code is hovered, focused or pressed, and a word's codes in the same way.
// A word says in data-by for which codes it stands, and how strongly: "0:4 3:1".

/** Lights the words and the codes of a note. */
export function lightWords(coded) {
  return new Lights(coded);
}

class Lights {
  #coded;
  #codes;
  /** The elements of the words, and by a code's place how strongly each stands for it. */
  #words;
  /** The code that stays lit; undefined where none does. */
  #pressed;

  constructor(coded) {
    this.#coded = coded;
    this.#codes = [...coded.querySelectorAll(".code")];
    this.#words = [...coded.querySelectorAll(".word")].map((element) => ({
      element,
      by: new Map(element.dataset.by.split(" ").map((pair) => pair.split(":"))),
    }));
    for (const code of this.#codes) this.#watchCode(code);
    for (const word of this.#words) this.#watchWord(word);
    coded.addEventListener("keydown", ({ key }) => {
      if (key === "Escape") this.#press(undefined);
    });
  }

  #watchCode(code) {
    this.#watch(code, () => this.#lightCode(code));
    code.addEventListener("click", () => this.#press(this.#pressed === code ? undefined : code));
  }

  #watchWord(word) {
    this.#watch(word.element, () => this.#lightWord(word));
    const pressStrongest = () => {
      const [[code]] = [...word.by].sort(([, a], [, b]) => b - a);
      this.#press(this.#codes.find(({ dataset }) => dataset.code === code));
    };
    word.element.addEventListener("click", pressStrongest);
    word.element.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") pressStrongest();
    });
  }

  #watch(element, light) {
    element.addEventListener("pointerenter", light);
    element.addEventListener("focus", light);
    element.addEventListener("pointerleave", () => this.#rest());
    element.addEventListener("blur", () => this.#rest());
  }

  #press(code) {
    this.#pressed = code;
    for (const other of this.#codes) other.setAttribute("aria-pressed", String(other === code));
    this.#rest();
  }

  /** Lights what is lit while nothing is pointed at. */
  #rest() {
    this.#lightCode(this.#pressed);
  }

  #lightCode(code) {
    this.#clear();
    if (code === undefined) return;
    this.#coded.dataset.lit = "";
    code.classList.add("lit");
    for (const { element, by } of this.#words) {
      const level = by.get(code.dataset.code);
      if (level !== undefined) element.classList.add(`l${level}`);
    }
  }

  #lightWord({ element, by }) {
    this.#clear();
    this.#coded.dataset.lit = "";
    element.classList.add("l4");
    for (const code of this.#codes) if (by.has(code.dataset.code)) code.classList.add("lit");
  }

  #clear() {
    delete this.#coded.dataset.lit;
    for (const { element } of this.#words) element.classList.remove("l1", "l2", "l3", "l4");
    for (const code of this.#codes) code.classList.remove("lit");
  }
}

for (const coded of document.querySelectorAll(".coded")) lightWords(coded);
