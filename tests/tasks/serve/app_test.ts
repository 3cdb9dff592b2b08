import assert from "node:assert/strict";
import { verifyAuditLog } from "../../../pipeline/files/audit_log.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { Served } from "../../_support/served.ts";

const CANARY = "zyxcanary";

const served = await Served.create();
Deno.test.afterAll(async () => await served[Symbol.asyncDispose]());
const text = "Word001 strange, word002 again";

/** A FHIR document of a text. */
function documentOf(text: string, id = "17"): object {
  const data = new TextEncoder().encode(text).toBase64();
  const attachment = { contentType: "text/plain", data };
  return { resourceType: "DocumentReference", id, content: [{ attachment }] };
}

Deno.test("the runs of the folder are listed, with what they are", async () => {
  const { body } = await served.ask("api/runs");
  assert.deepEqual(body.runs.map(({ run }: { run: string }) => run), [
    served.run("a"),
    served.run("b"),
  ]);
  const { system, labelSet, target, restricted, synthetic, problem } = body.runs[0];
  assert.deepEqual(
    { system, labelSet, target, restricted, synthetic, problem },
    {
      system: "MARN",
      labelSet: "full",
      target: "icd",
      restricted: false,
      synthetic: true,
      problem: null,
    },
  );
});

Deno.test("notes are coded as predict codes them, each with its digest and its words' places", async () => {
  const { status, body } = await served.ask("api/predict", {
    run: served.run("b"),
    notes: [{ id: "a", text }, { text: "" }],
    top: 3,
    threshold: 0.99,
    words: 2,
  });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.run, body.task, body.restricted], [served.run("b"), "icd", false]);
  const [first, second] = body.predictions;
  assert.deepEqual([first.id, second.id], ["a", "note"]);
  assert.deepEqual([first.note, second.note], [sha256(text), sha256("")]);
  assert.deepEqual([first.tokens, first.known, first.codes.length], [4, 2, 3]);
  for (const { words } of first.codes) {
    for (const { word, start, end } of words) assert.equal(text.slice(start, end), word);
  }
  assert.match(second.warnings.join(), /no token of note is known/);
});

Deno.test("given codes are audited: what is missing, what is wrong, and what the run does not know", async () => {
  const note = { text, codes: ["000.5", "0035", "Z99.9"] };
  const { status, body } = await served.ask("api/audit", {
    notes: [note],
    words: 1,
    threshold: 0.5,
  });
  assert.equal(status, 200, JSON.stringify(body));
  const [{ findings, strange, given, note: digest }] = body.audits;
  assert.deepEqual([strange, given, digest], [["Z99.9"], 2, sha256(text)]);
  const { predictions } = (await served.ask("api/predict", { notes: [note], threshold: 0.5 })).body;
  const isGiven = (code: string) => ["000.5", "003.5"].includes(code);
  const doubted = predictions[0].codes
    .filter(({ code, assigned }: { code: string; assigned: boolean }) => assigned !== isGiven(code))
    .map(({ code }: { code: string }) => [code, isGiven(code) ? "wrong" : "missing"]);
  const found = findings.map(({ code, kind }: Record<string, unknown>) => [code, kind]);
  assert.deepEqual(new Map(found), new Map(doubted));
  assert.ok(
    found.length > 0 && findings.every(({ words }: { words: unknown[] }) => words.length === 1),
  );
  const weights = findings.map(({ weight }: { weight: number }) => weight);
  assert.deepEqual(weights, weights.toSorted((a: number, b: number) => b - a));
});

Deno.test("the audit of a note on the page lists missing codes, then wrong ones, and names the others", async () => {
  const request = { note: { text, codes: ["000.5", "0035", "Z99.9"] }, audit: true };
  const { audit, prediction, html } = (await served.ask("api/evidence", request)).body;
  assert.deepEqual(audit.kinds, audit.kinds.toSorted(), "missing comes before wrong");
  const wrong = prediction.codes.filter((_: unknown, at: number) => audit.kinds[at] === "wrong")
    .map(({ code }: { code: string }) => code);
  assert.deepEqual([...wrong, ...audit.agreed].sort(), ["000.5", "003.5"]);
  assert.deepEqual(audit.strange, ["Z99.9"]);
  assert.equal(html.match(/<li>/g)?.length, prediction.codes.length);
});

Deno.test("a run that was not evaluated says that it cannot audit", async () => {
  const request = { run: served.run("b"), notes: [{ text, codes: [] }] };
  const { status, body } = await served.ask("api/audit", request);
  assert.equal(status, 400);
  assert.match(body.error, /evaluate/);
});

Deno.test("a FHIR Bundle gives one Bundle of Conditions that refer to its documents", async () => {
  const entry = ["x", "y"].map((id) => ({ resource: documentOf(text, id) }));
  const { status, body, headers } = await served.ask(
    `api/fhir?run=${served.run("a")}`,
    { resourceType: "Bundle", entry },
  );
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(headers.get("content-type"), "application/fhir+json");
  assert.deepEqual([body.resourceType, body.type], ["Bundle", "collection"]);
  const alone = await served.ask("api/fhir", documentOf(text, "x"));
  assert.equal(body.entry.length, 2 * alone.body.entry.length);
  assert.ok(body.entry.length > 0, "nothing is assigned");
});

Deno.test("a note's evidence is its text with its words marked, and nothing that it would be obeyed for", async () => {
  const hostile = `word001 <script>alert(1)</script> \u001b[31mword002\u202e`;
  const { body } = await served.ask("api/evidence", { note: { id: "<b>", text: hostile } });
  assert.match(body.html, />word001<\/span> &lt;<span [^>]*>script<\/span>&gt;/);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(body.html, /<script|<b>|\u001b|\u202e/);
  assert.equal(body.prediction.note, sha256(hostile));
});

Deno.test("codes are searched among the run's, by title and by code", async () => {
  const { body } = await served.ask("api/search?q=disease+3");
  assert.deepEqual(body.codes, [{
    code: "003.5",
    title: 'Disease 3, "so called"',
    kind: "diagnosis",
  }]);
  const categories = await served.ask("api/search?task=ccs&q=002");
  assert.equal(categories.body.codes[0].code, "002.5");
});

Deno.test("a decision is kept, told again, and leaves a line in the log without its reason", async () => {
  const note = sha256("decided");
  const decision = { note, code: "003.5", decision: "reject", reason: `${CANARY} only`, id: "17" };
  const { body } = await served.ask("api/decisions", decision);
  assert.deepEqual(body, { kept: true });
  const told = await served.ask(`api/decisions?note=${note}`);
  const [{ code, reason, task, run, time }] = told.body.decisions;
  assert.deepEqual([code, reason, task, run], ["003.5", `${CANARY} only`, "icd", served.run("a")]);
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
  const log = await Deno.readTextFile(served.auditLog);
  const last = JSON.parse(log.trimEnd().split("\n").at(-1)!);
  assert.deepEqual([last.event, last.note, last.code, last.decision], [
    "decision",
    note,
    "003.5",
    "reject",
  ]);
  assert.ok(!log.includes(CANARY));
  await verifyAuditLog(served.auditLog);
});
