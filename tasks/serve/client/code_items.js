// Items of the list of codes: what stands below a code to decide of it, codes that were added, heads.
import { element } from "./elements.js";

/** A code and its title in words. */
export function describeCode(code, title) {
  return title === "" ? code : `${code} ${title}`;
}

/** An item for a code that the run did not list. */
export function createAdded(code, title) {
  const line = element("span", { className: "line" }, describeCode(code, title));
  return element("li", {}, element("button", { type: "button", className: "code" }, line));
}

/** A head between codes. */
export function createHead(text) {
  return element("li", { className: "head" }, element("h3", {}, text));
}

/** A code's two buttons, what became of it, and the field of its reason. */
export function createControls(code, { press, reason }) {
  const button = (decision, label) => {
    const made = element("button", {
      type: "button",
      className: decision,
      attributes: { "aria-pressed": "false", "aria-label": `${label} ${code}` },
    }, label);
    made.addEventListener("click", () => press(decision));
    return made;
  };
  const field = element("input", {
    type: "text",
    className: "reason",
    maxLength: 500,
    placeholder: "reason",
    autocomplete: "off",
    attributes: { "aria-label": `Reason for ${code}` },
  });
  field.addEventListener("change", () => reason(field.value));
  const became = element("span", { className: "became" });
  const parts = [button("accept", "Accept"), button("reject", "Reject"), became, field];
  return element("div", { className: "decide" }, ...parts);
}

/** Shows on an item what was decided: `word` says it, undefined where nothing was. */
export function showDecision(item, { decision, reason = "" }, word) {
  const isIn = decision === "accept" || decision === "add";
  item.dataset.decision = decision ?? "";
  item.querySelector(".accept").setAttribute("aria-pressed", String(isIn));
  item.querySelector(".reject").setAttribute("aria-pressed", String(decision === "reject"));
  item.querySelector(".became").textContent = word ?? "";
  const field = item.querySelector(".reason");
  field.hidden = decision === undefined;
  field.value = reason;
}
