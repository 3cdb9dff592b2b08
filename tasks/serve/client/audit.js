// An audit of given codes: heads above those that are likely missing and likely wrong.
import { createHead } from "./code_items.js";
import { element } from "./elements.js";

const HEADS = { missing: "Likely missing", wrong: "Given, and likely wrong" };

/** Puts heads above the codes of each kind; returns what is said of the given codes that are not doubted. */
export function headAudit({ kinds, agreed, strange }, list) {
  const items = [...list.children];
  for (const [kind, head] of Object.entries(HEADS)) {
    const count = kinds.filter((one) => one === kind).length;
    const item = createHead(`${head}: ${count}`);
    if (count > 0) items[kinds.indexOf(kind)].before(item);
    else list.append(item);
  }
  const says = [
    ...agreed.length > 0 ? [`The run has them, too: ${agreed.join(", ")}.`] : [],
    ...strange.length > 0 ? [`It does not know: ${strange.join(", ")}.`] : [],
  ];
  return element("p", { className: "quiet" }, says.join(" "));
}

/** The codes of a case by now: those that were given, accepted and added, and not rejected. */
export function codesOfCase({ audit, prediction, decisions }) {
  const wrong = prediction.codes.filter((_, at) => audit?.kinds[at] === "wrong");
  const given = [...audit?.agreed ?? [], ...wrong.map(({ code }) => code), ...audit?.strange ?? []];
  const isOut = (code) => decisions.get(code)?.decision === "reject";
  return [...new Set([...given, ...decisions.keys()])].filter((code) => !isOut(code));
}

/** What an audit found, in a sentence. */
export function describeAudit({ kinds }) {
  const of = (kind) => kinds.filter((one) => one === kind).length;
  return `Likely missing: ${of("missing")} codes; given, and likely wrong: ${of("wrong")}`;
}
