// The page: runs are listed, a note is coded by the one that is chosen, and its codes are decided of.
import { get, post } from "./api.js";
import { watchCodes } from "./codes.js";
import { loadDecisions } from "./decisions.js";
import { announce, byId, element, showProblem } from "./elements.js";
import { lightWords } from "../../report/note_page.js";
import { watchNotes } from "./notes.js";

const runs = new Map();
let note;
let controller = new AbortController();

function fail(error) {
  if (error.name === "AbortError") return;
  announce("");
  showProblem(error.message);
}

/** What of a run is said beside its name. */
function describeRun({ labelSet, restricted, synthetic }) {
  const facts = [labelSet, synthetic && "made-up notes", restricted && "restricted"];
  return facts.filter(Boolean).join(", ");
}

async function listRuns() {
  const { runs: found } = await get("api/runs");
  const usable = found.filter(({ problem }) => problem === null);
  for (const one of usable) runs.set(one.run, one);
  const before = byId("run").value;
  byId("run").replaceChildren(
    ...usable.map(({ run, system }) => element("option", { value: run }, `${system}: ${run}`)),
  );
  if (runs.has(before)) byId("run").value = before;
  byId("about").textContent = describeRun(runs.get(byId("run").value) ?? {});
  if (usable.length === 0) throw new Error("No run that can be used is there any more");
}

/** Shows what a run says of the note, and takes away what was shown before. */
async function show() {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  const asked = note;
  const run = byId("run").value;
  byId("about").textContent = describeRun(runs.get(run) ?? {});
  if (!asked) return;
  announce(`${asked.id} is being coded …`);
  showProblem(undefined);
  byId("result").setAttribute("aria-busy", "true");
  try {
    const { id, text, codes } = asked;
    const request = { run, note: { id, text, codes } };
    const shown = await post("api/evidence", request, { signal });
    const decisions = await loadDecisions(shown.prediction, shown.task);
    if (signal.aborted) return;
    render({ ...shown, decisions });
  } catch (error) {
    if (!signal.aborted) byId("result").replaceChildren();
    fail(error);
  }
  byId("result").removeAttribute("aria-busy");
}

function render(shown) {
  const { html, prediction, restricted } = shown;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const section = document.adoptNode(parsed.querySelector("section"));
  const says = [
    ...prediction.warnings,
    ...restricted ? ["made from restricted data: what is shown here is restricted, too"] : [],
  ];
  const summary = createSummary();
  const coded = section.querySelector(".coded");
  byId("result").replaceChildren(
    ...says.map((text) => element("p", { className: "note" }, text)),
    section,
  );
  lightWords(coded);
  const { focusFirst } = watchCodes(shown, coded, {
    step,
    onChange: () => summary.show(shown),
  });
  section.querySelector(".side").append(summary.element);
  const assigned = prediction.codes.filter((one) => one.assigned).length;
  announce(`${prediction.codes.length} codes, ${assigned} of them above the threshold`);
  focusFirst();
}

/** The codes that were accepted and added so far, to be taken elsewhere. */
function createSummary() {
  const codes = element("output", { attributes: { "aria-live": "off" } });
  const copy = element("button", { type: "button" }, "Copy");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(codes.textContent).then(
      () => announce("The codes are copied"),
      () => announce("The browser does not let them be copied"),
    );
  });
  return {
    element: element("p", { className: "summary" }, "Your codes: ", codes, " ", copy),
    show({ decisions }) {
      const taken = [...decisions].filter(([, { decision }]) => decision !== "reject")
        .map(([code]) => code);
      codes.textContent = taken.join(", ") || "none yet";
      copy.disabled = taken.length === 0;
    },
  };
}

const { step } = watchNotes((chosen) => {
  note = chosen;
  show();
}, fail);
byId("run").addEventListener("change", show);
byId("run").addEventListener("pointerdown", () => listRuns().catch(fail), { once: true });
const { kept } = await get("api/decisions", { note: "0".repeat(64) }).catch(() => ({}));
if (kept) byId("kept").textContent = "decisions are kept in the files that serve was told";
await listRuns().catch(fail);
byId("text").focus();
