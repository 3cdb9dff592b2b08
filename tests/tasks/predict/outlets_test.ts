import assert from "node:assert/strict";
import { readParquet, surveyParquet } from "../../../pipeline/source/parquet_table.ts";
import { verifyAuditLog } from "../../../pipeline/files/audit_log.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { writeParquet } from "../../../pipeline/source/write_parquet.ts";
import { readCheckpointFacts } from "../../../model/run/checkpoint.ts";
import { runTask } from "../../_support/run_task.ts";
import { TrainedRun } from "../../_support/trained_run.ts";

/** A table's rows as texts. */
async function readTable(path: string): Promise<{ keys: readonly string[]; rows: string[][] }> {
  const file = { path, location: await Deno.realPath(path) };
  const { keys } = await surveyParquet(file);
  const rows = (await Array.fromAsync(readParquet(file))).flat().map((row) => [...row]);
  return { keys, rows };
}

const notes = [
  { id: "a", text: "word001 word002 strange" },
  { id: "b", text: "word003, word004" },
];

Deno.test("notes are read from Parquet, and their codes written as Parquet", async () => {
  await using trained = await TrainedRun.create();
  const [input, out] = ["notes", "codes"].map((name) => `${trained.directory}/${name}.parquet`);
  const columns = { id: "VARCHAR", text: "VARCHAR" } as const;
  await writeParquet(input!, columns, notes.map(({ id, text }) => [id, text]));
  const ended = await trained.command("predict", [
    "--json",
    "--top",
    "3",
    "--parquet",
    out!,
    input!,
  ]);
  assert.equal(ended.code, 0, ended.stderr);
  const printed = ended.stdout.trim().split("\n").map((line) => JSON.parse(line));
  const { keys, rows } = await readTable(out!);
  assert.deepEqual(keys, ["id", "rank", "code", "title", "probability", "assigned", "threshold"]);
  const expected = printed.flatMap(({ id, codes, threshold }) =>
    codes.map((one: Record<string, unknown>, at: number) =>
      [id, at + 1, one.code, one.title, one.probability, one.assigned, threshold].map(String)
    )
  );
  assert.deepEqual(rows, expected);
  assert.deepEqual(new Set(rows.map(([id]) => id)), new Set(["a", "b"]));
});

Deno.test("a table of notes without their columns is refused", async () => {
  await using trained = await TrainedRun.create();
  const input = `${trained.directory}/notes.parquet`;
  await writeParquet(input, { note: "VARCHAR" }, [["x"]]);
  const { code, stderr } = await trained.command("predict", [input]);
  assert.equal(code, 3);
  assert.match(stderr, /its columns are note; expected id and text among them/);
});

Deno.test("the audit log has a line a note, with digests and codes, and verifies", async () => {
  await using trained = await TrainedRun.create();
  const log = `${trained.directory}/audit.jsonl`;
  const input = notes.map((note) => JSON.stringify(note)).join("\n");
  const ended = await trained.command("predict", ["--jsonl", "--json", "--audit-log", log], input);
  assert.equal(ended.code, 0, ended.stderr);
  const text = await Deno.readTextFile(log);
  assert.doesNotMatch(text, /word00|strange/);
  const entries = text.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(entries.map(({ note }) => note), notes.map(({ text }) => sha256(text)));
  const { sha256: weights } = await readCheckpointFacts(`${trained.run}/best.safetensors`);
  const printed = ended.stdout.trim().split("\n").map((line) => JSON.parse(line));
  entries.forEach(({ run, threshold, codes, time }, at) => {
    assert.equal(run.weights, weights);
    assert.equal(threshold, printed[at].threshold);
    assert.deepEqual(
      codes,
      printed[at].codes.map(({ code, probability, assigned }: Record<string, unknown>) => ({
        code,
        probability,
        assigned,
      })),
    );
    assert.ok(Math.abs(Date.parse(time) - Date.now()) < 600_000);
  });
  assert.equal((await verifyAuditLog(log)).entries, 2);
  const audit = await runTask("audit", ["--verify", log]);
  assert.equal(audit.code, 0, audit.stderr);
  assert.match(audit.stdout, /2 lines, each as it was written, head 2:[0-9a-f]{64}/);
  await Deno.writeTextFile(log, text.replace('"number":2', '"number":3'));
  const tampered = await runTask("audit", ["--verify", log]);
  assert.equal(tampered.code, 4);
  assert.match(tampered.stderr, /line 2 is not as it was written/);
});

Deno.test("FHIR documents give Conditions that point into them", async () => {
  await using trained = await TrainedRun.create();
  const data = new TextEncoder().encode("Word001 strange, word002").toBase64();
  const document = {
    resourceType: "DocumentReference",
    id: "17",
    status: "current",
    subject: { reference: "Patient/3" },
    content: [{ attachment: { contentType: "text/plain", data } }],
  };
  const args = ["--fhir", "--threshold", "0", "--words", "2"];
  const { code, stdout, stderr } = await trained.command("predict", args, JSON.stringify(document));
  assert.equal(code, 0, stderr);
  const bundle = JSON.parse(stdout);
  assert.equal(bundle.entry.length, 6);
  for (const { resource: { subject, evidence: [{ detail, extension }] } } of bundle.entry) {
    assert.deepEqual(subject, { reference: "Patient/3" });
    assert.deepEqual(detail, [{ reference: "DocumentReference/17" }]);
    for (const { extension: [start, end] } of extension) {
      const word = "Word001 strange, word002".slice(start.valueUnsignedInt, end.valueUnsignedInt);
      assert.match(word, /^(Word001|strange|word002)$/);
    }
  }
});

Deno.test("a FHIR resource a line is read with --jsonl, and one without text stops in one line", async () => {
  await using trained = await TrainedRun.create();
  const data = new TextEncoder().encode("word001").toBase64();
  const good = { resourceType: "DocumentReference", content: [{ attachment: { data } }] };
  const input = [good, { ...good, content: [] }].map((one) => JSON.stringify(one)).join("\n");
  const { code, stderr } = await trained.command("predict", ["--fhir", "--jsonl"], input);
  assert.equal(code, 3);
  assert.match(stderr, /^error: reading standard input, line 2: it has no text\/plain attached/m);
});
