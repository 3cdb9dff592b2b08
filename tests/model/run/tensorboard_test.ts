import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { encodeRecord } from "../../../model/run/event_record.ts";
import { probabilityHistograms } from "../../../model/run/histogram.ts";
import { openTensorBoard } from "../../../model/run/tensorboard.ts";
import { joinRows } from "../../../pipeline/dataset/documents.ts";
import { temporary } from "../../_support/tiny.ts";

const config = resolveConfig({});

Deno.test("a run's file holds its version, the start of the session, the configuration, then values", async () => {
  await using directory = await temporary();
  const board = await openTensorBoard(directory.path, 4, config);
  board.onStep?.({
    step: 5,
    epoch: 0,
    position: 5,
    epochSteps: 9,
    loss: 0.25,
    gradientNorm: 2,
    learningRate: 0.5,
    documents: 1,
    tokens: 30,
    seconds: 2,
  });
  board.onEpoch?.({
    step: 9,
    epoch: 0,
    trainLoss: 0.125,
    documents: 9,
    tokens: 90,
    monitor: "p@5",
    value: 0.75,
    improved: true,
    stale: 0,
  });
  const truth = joinRows([Int32Array.of(1), Int32Array.of()]);
  const icd = { documents: 2, labels: 2, scores: Float32Array.of(0.1, 0.9, 0.2, 0.3) };
  board.onScores?.({ step: 9, scores: { icd }, truth: { icd: truth, ccs: truth } });
  board.close?.();
  const [entry] = [...Deno.readDirSync(directory.path)];
  const bytes = await Deno.readFile(`${directory.path}/${entry!.name}`);
  const markdown = configurationOf(bytes);
  assert.match(markdown, /^\| key \| value \|\n\| --- \| --- \|\n\| model\.name \| marn \|\n/);
  assert.ok(markdown.includes("| optimizer.learningRate | 0.001 |"));
  const { carried, other } = probabilityHistograms(icd, truth);
  const events = [
    { step: 0, fileVersion: "brain.Event:2" },
    { step: 5, sessionStart: true },
    { step: 4, texts: { configuration: markdown } },
    {
      step: 5,
      scalars: {
        "train/loss": 0.25,
        "train/gradient_norm": 2,
        "train/learning_rate": 0.5,
        "train/tokens_per_second": 15,
      },
    },
    { step: 9, scalars: { "epoch/train_loss": 0.125, "dev/p@5": 0.75 } },
    {
      step: 9,
      histograms: { "dev/probability/icd/true": carried, "dev/probability/icd/other": other },
    },
  ];
  const records = splitRecords(bytes);
  const expected = events.map((event, at) =>
    encodeRecord({ wallTime: wallTimeOf(records[at]!), ...event })
  );
  assert.deepEqual(records, expected);
});

Deno.test("fault 77: a metric that is undefined has no point on its curve", async () => {
  await using directory = await temporary();
  const board = await openTensorBoard(directory.path, 0, config);
  const epoch = { step: 9, epoch: 0, trainLoss: 0.125, documents: 9, tokens: 90, stale: 0 };
  board.onEpoch?.({ ...epoch, monitor: "map", value: 0.75, improved: true });
  board.onEpoch?.({ ...epoch, monitor: "macro_auc", value: NaN, improved: false });
  board.close?.();
  const [entry] = [...Deno.readDirSync(directory.path)];
  const text = await Deno.readTextFile(`${directory.path}/${entry!.name}`);
  assert.deepEqual(text.match(/dev\/\w+|epoch\/\w+/g), [
    "epoch/train_loss",
    "dev/map",
    "epoch/train_loss",
  ]);
});

Deno.test("TensorBoard finds a run's file by its name", async () => {
  await using directory = await temporary();
  (await openTensorBoard(directory.path, 0, config)).close?.();
  const [entry] = [...Deno.readDirSync(directory.path)];
  assert.match(entry!.name, /^events\.out\.tfevents\.\d+\./);
});

Deno.test("fault 36: after the clock was set back, a later file still comes behind by its name", async () => {
  await using directory = await temporary();
  (await openTensorBoard(directory.path, 0, config)).close?.();
  const [first] = [...Deno.readDirSync(directory.path)];
  const { now } = Date;
  Date.now = () => now() - 3600 * 1000;
  try {
    (await openTensorBoard(directory.path, 3, config)).close?.();
  } finally {
    Date.now = now;
  }
  const names = [...Deno.readDirSync(directory.path)].map(({ name }) => name).sort();
  assert.equal(names.length, 2);
  assert.equal(names[0], first!.name);
});

/** The records of a file, one behind the other, each with its frame of 16 bytes. */
function splitRecords(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const records: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + 16 + Number(view.getBigUint64(at, true));
    records.push(bytes.slice(at, end));
    at = end;
  }
  return records;
}

/** A record's first field behind its frame's head of 12 bytes and the field's tag. */
function wallTimeOf(record: Uint8Array): number {
  return new DataView(record.buffer).getFloat64(13, true);
}

/** The text of a file's configuration, from its first key to its last value. */
function configurationOf(bytes: Uint8Array): string {
  return /\| key \| value \|[^]*?\| seed \| 1 \|/.exec(new TextDecoder().decode(bytes))![0];
}
