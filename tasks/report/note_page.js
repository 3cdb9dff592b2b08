// Lights a code's words while the code is hovered, focused or pressed, and a word's codes in the same way.
// A word says in data-by for which codes it stands, and how strongly: "0:4 3:1".
export function lightWords(coded) {
  const codes = [...coded.querySelectorAll(".code")];
  const words = [...coded.querySelectorAll(".word")].map((element) => ({
    element,
    by: new Map(element.dataset.by.split(" ").map((pair) => pair.split(":"))),
  }));
  let pressed;
  const clear = () => {
    delete coded.dataset.lit;
    for (const { element } of words) element.classList.remove("l1", "l2", "l3", "l4");
    for (const code of codes) code.classList.remove("lit");
  };
  const lightCode = (code) => {
    clear();
    if (code === undefined) return;
    coded.dataset.lit = "";
    code.classList.add("lit");
    for (const { element, by } of words) {
      const level = by.get(code.dataset.code);
      if (level !== undefined) element.classList.add(`l${level}`);
    }
  };
  const lightWord = ({ element, by }) => {
    clear();
    coded.dataset.lit = "";
    element.classList.add("l4");
    for (const code of codes) if (by.has(code.dataset.code)) code.classList.add("lit");
  };
  const rest = () => lightCode(pressed);
  const watch = (element, light) => {
    element.addEventListener("pointerenter", light);
    element.addEventListener("focus", light);
    element.addEventListener("pointerleave", rest);
    element.addEventListener("blur", rest);
  };
  const press = (code) => {
    pressed = code;
    for (const other of codes) other.setAttribute("aria-pressed", String(other === pressed));
    rest();
  };
  for (const code of codes) {
    watch(code, () => lightCode(code));
    code.addEventListener("click", () => press(pressed === code ? undefined : code));
  }
  for (const word of words) {
    watch(word.element, () => lightWord(word));
    const pressStrongest = () => {
      const [[code]] = [...word.by].sort(([, a], [, b]) => b - a);
      press(codes.find(({ dataset }) => dataset.code === code));
    };
    word.element.addEventListener("click", pressStrongest);
    word.element.addEventListener("keydown", ({ key }) => {
      if (key === "Enter") pressStrongest();
    });
  }
  coded.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") press(undefined);
  });
}

for (const coded of document.querySelectorAll(".coded")) lightWords(coded);
