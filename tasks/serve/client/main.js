// The page: runs are listed, a note is coded by the one that is chosen, and its codes are decided of.
import { lightWords } from "../../report/note_page.js";
import { get, post } from "./api.js";
import { codesOfCase, describeAudit } from "./audit.js";
import { CodeList } from "./codes.js";
import { loadDecisions } from "./decisions.js";
import { announce, byId, element, showProblem } from "./elements.js";
import { watchNotes } from "./notes.js";

/** The runs that can be used, by their directories. */
let runs = new Map();
let note;
let controller = new AbortController();

function fail(error) {
  if (error.name === "AbortError") return;
  announce("");
  showProblem(error.message);
}

async function listRuns() {
  const { runs: found } = await get("api/runs");
  const usable = found.filter(({ problem }) => problem === null);
  const before = byId("run").value;
  runs = new Map(usable.map((one) => [one.run, one]));
  byId("run").replaceChildren(
    ...usable.map(({ run, system }) => element("option", { value: run }, `${system}: ${run}`)),
  );
  if (runs.has(before)) byId("run").value = before;
  describeRun();
  if (usable.length === 0) throw new Error("No run that can be used is there any more");
}

/** Says beside the run's name what it is. */
function describeRun() {
  const { labelSet, restricted, synthetic } = runs.get(byId("run").value) ?? {};
  const facts = [labelSet, synthetic && "made-up notes", restricted && "restricted"];
  byId("about").textContent = facts.filter(Boolean).join(", ");
}

/** Shows what the run says of the note, in place of what was shown before. */
async function show() {
  controller.abort();
  controller = new AbortController();
  const { signal } = controller;
  describeRun();
  if (!note) return;
  const isCoded = (note.codes ?? []).length > 0;
  byId("views").hidden = !isCoded;
  announce(`${note.id} is being coded …`);
  showProblem(undefined);
  byId("result").setAttribute("aria-busy", "true");
  try {
    const audit = isCoded && byId("view").value === "audit";
    const request = { run: byId("run").value, note, audit };
    const shown = await post("api/evidence", request, { signal });
    const decisions = await loadDecisions(shown.prediction, shown.task);
    if (!signal.aborted) render({ ...shown, decisions });
  } catch (error) {
    if (!signal.aborted) byId("result").replaceChildren();
    fail(error);
  }
  if (!signal.aborted) byId("result").removeAttribute("aria-busy");
}

function render(shown) {
  const { html, prediction, restricted, audit } = shown;
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const section = document.adoptNode(parsed.querySelector("section"));
  const coded = section.querySelector(".coded");
  const says = [
    ...prediction.warnings,
    ...restricted ? ["made from restricted data: what is shown here is restricted, too"] : [],
  ];
  const notes = says.map((text) => element("p", { className: "note" }, text));
  byId("result").replaceChildren(...notes, section);
  lightWords(coded);
  const summary = createSummary();
  const list = new CodeList(shown, coded, {
    step: (by) => choice.step(by),
    onChange: () => summary.show(shown),
  });
  summary.show(shown);
  section.querySelector(".side").append(summary.field);
  announce(audit ? describeAudit(audit) : describeCodes(prediction));
  list.focusFirst();
}

/** What a run found, in a sentence. */
function describeCodes({ codes }) {
  const assigned = codes.filter((one) => one.assigned).length;
  return `${codes.length} codes, ${assigned} of them above the threshold`;
}

/** The codes of the case by now, to be taken elsewhere. */
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
    field: element("p", { className: "summary" }, "Your codes: ", codes, " ", copy),
    show(shown) {
      const taken = codesOfCase(shown);
      codes.textContent = taken.join(", ") || "none yet";
      copy.disabled = taken.length === 0;
    },
  };
}

const choice = watchNotes((chosen) => {
  note = chosen;
  show();
}, fail);
for (const id of ["run", "view"]) byId(id).addEventListener("change", show);
addEventListener("focus", () => listRuns().catch(fail)); // runs may have come or gone meanwhile
const { kept } = await get("api/decisions", { note: "0".repeat(64) }).catch(() => ({}));
if (kept) byId("kept").textContent = "decisions are kept in the files that serve was told";
await listRuns().catch(fail);
byId("text").focus();
