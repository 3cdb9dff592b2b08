// Elements of the page, made of texts alone: nothing that comes with a note or a title becomes markup.

/** The element of an id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A new element: its properties, attributes by `attributes`, and what stands in it. */
export function element(name, { attributes = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** Says something to whoever cannot see it. */
export function announce(text) {
  byId("status").textContent = text;
}

/** Shows what went wrong; nothing takes it away. */
export function showProblem(text) {
  const problem = byId("problem");
  problem.textContent = text ?? "";
  problem.hidden = text === undefined;
}
