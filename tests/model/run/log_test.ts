import assert from "node:assert/strict";
import { loggedEpochs, loggedSeconds, logPath, openLog } from "../../../model/run/log.ts";
import type { EpochEvent, StepEvent } from "../../../model/train/observer.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { temporary } from "../../_support/tiny.ts";

function step(step: number, epoch: number): StepEvent {
  return {
    step,
    epoch,
    position: 1,
    epochSteps: 2,
    loss: 0.5,
    gradientNorm: 1,
    learningRate: 1e-3,
    documents: 2,
    tokens: 10,
    seconds: 0.1,
  };
}

function epoch(epoch: number, step: number): EpochEvent {
  return {
    step,
    epoch,
    trainLoss: 0.5,
    documents: 4,
    tokens: 20,
    monitor: "p@5",
    value: 0.3,
    improved: true,
    stale: 0,
  };
}

Deno.test("a resumed log holds every step and epoch once, and no cut-off line", async () => {
  await using directory = await temporary();
  const first = await openLog(directory.path, { step: 0, epoch: 0 });
  first.onStep?.(step(1, 0));
  first.onStep?.(step(2, 0));
  first.onEpoch?.(epoch(0, 2));
  first.onStep?.(step(3, 1));
  first.close?.();
  await Deno.writeTextFile(logPath(directory.path), `{"event":"step","st`, { append: true });

  const second = await openLog(directory.path, { step: 2, epoch: 0 });
  second.onEpoch?.(epoch(0, 2));
  second.onStep?.(step(3, 1));
  second.close?.();
  assert.deepEqual((await readEntries(directory.path)).map(({ before: _, ...entry }) => entry), [
    { event: "step", ...step(1, 0) },
    { event: "step", ...step(2, 0) },
    { event: "epoch", ...epoch(0, 2) },
    { event: "step", ...step(3, 1) },
  ]);
});

Deno.test("lines have the same keys in the same order, whatever the event's", async () => {
  await using directory = await temporary();
  const log = await openLog(directory.path, { step: 0, epoch: 0 });
  log.onStep?.(step(1, 0));
  log.onEpoch?.(epoch(0, 2));
  log.close?.();
  const step1 =
    '{"event":"step","step":1,"epoch":0,"position":1,"epochSteps":2,"documents":2,"tokens":10,' +
    '"seconds":0.1,"loss":0.5,"gradientNorm":1,"learningRate":0.001}';
  assert.deepEqual(await readLines(directory.path), [
    step1,
    '{"event":"epoch","step":2,"epoch":0,"trainLoss":0.5,"documents":4,"tokens":20,' +
    '"monitor":"p@5","value":0.3,"improved":true,"stale":0,' +
    `"before":"${sha256(`${step1}\n`)}"}`,
  ]);
});

Deno.test("fault 77: a metric that is undefined is null in the log", async () => {
  await using directory = await temporary();
  const log = await openLog(directory.path, { step: 0, epoch: 0 });
  log.onEpoch?.({ ...epoch(0, 2), value: NaN });
  log.close?.();
  assert.match((await readLines(directory.path))[0]!, /"monitor":"p@5","value":null,"improved"/);
});

Deno.test("lines that are no entries are dropped", async () => {
  await using directory = await temporary();
  await Deno.writeTextFile(logPath(directory.path), `null\n7\n{"event":"other","step":1}\n\n`);
  (await openLog(directory.path, { step: 9, epoch: 9 })).close?.();
  assert.equal(await Deno.readTextFile(logPath(directory.path)), "");
});

Deno.test("seconds are those of the steps up to the position", async () => {
  await using directory = await temporary();
  const log = await openLog(directory.path, { step: 0, epoch: 0 });
  log.onStep?.({ ...step(1, 0), seconds: 0.5 });
  log.onStep?.({ ...step(2, 0), seconds: 0.25 });
  log.onEpoch?.(epoch(0, 2));
  log.onStep?.({ ...step(3, 1), seconds: 8 });
  log.close?.();
  assert.equal(await loggedSeconds(directory.path, { step: 2, epoch: 1 }), 0.75);
});

Deno.test("a run without a log took no seconds", async () => {
  await using directory = await temporary();
  assert.equal(await loggedSeconds(directory.path, { step: 2, epoch: 1 }), 0);
});

async function readLines(run: string): Promise<string[]> {
  return (await Deno.readTextFile(logPath(run))).trimEnd().split("\n");
}

async function readEntries(run: string): Promise<Record<string, unknown>[]> {
  return (await readLines(run)).map((line) => JSON.parse(line));
}

/** A log of two epochs, the second one after a resumption. */
async function twoEpochs(run: string): Promise<void> {
  const first = await openLog(run, { step: 0, epoch: 0 });
  first.onStep?.(step(1, 0));
  first.onEpoch?.(epoch(0, 1));
  first.onStep?.(step(2, 1));
  first.close?.();
  const second = await openLog(run, { step: 1, epoch: 1 });
  second.onStep?.(step(2, 1));
  second.onEpoch?.(epoch(1, 2));
  second.close?.();
}

Deno.test("fault 40: a log vouches for itself, a resumed one too", async () => {
  await using directory = await temporary();
  await twoEpochs(directory.path);
  assert.equal(await loggedSeconds(directory.path, { step: 2, epoch: 2 }), 0.2);
});

for (
  const [what, edit] of [
    ["a changed number", (text) => text.replace('"seconds":0.1', '"seconds":0.01')],
    ["a line less", (text) => text.slice(text.indexOf("\n") + 1)],
    ["a line more", (text) => text.replace(/\n/, `\n{"event":"step","step":0,"seconds":9}\n`)],
  ] as [string, (text: string) => string][]
) {
  Deno.test(`fault 40: a log with ${what} is not read`, async () => {
    await using directory = await temporary();
    await twoEpochs(directory.path);
    const path = logPath(directory.path);
    await Deno.writeTextFile(path, edit(await Deno.readTextFile(path)));
    await assert.rejects(loggedSeconds(directory.path, { step: 2, epoch: 2 }), {
      name: IntegrityError.name,
      message: /log\.jsonl: it was edited before its line \d; /,
    });
  });
}

Deno.test("fault 41: a log of an earlier version, which has no digests, is read", async () => {
  await using directory = await temporary();
  await twoEpochs(directory.path);
  const path = logPath(directory.path);
  const text = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, text.replaceAll(/,"before":"\w+"/g, ""));
  assert.equal(await loggedSeconds(directory.path, { step: 2, epoch: 2 }), 0.2);
});

Deno.test("fault 40: another run's log is told by what its best epoch scored", async () => {
  await using directory = await temporary();
  await twoEpochs(directory.path);
  const own = { best: 0.3, bestEpoch: 1 };
  const end = { step: 2, epoch: 2 };
  assert.equal((await loggedEpochs(directory.path, own)).length, 2);
  assert.equal(await loggedSeconds(directory.path, { ...end, stopping: own }), 0.2);
  // Undefined in every epoch, or not logged yet: there is nothing to hold it against.
  assert.equal((await loggedEpochs(directory.path, { best: null, bestEpoch: -1 })).length, 2);
  assert.equal((await loggedEpochs(directory.path, { best: 0.5, bestEpoch: 2 })).length, 2);
  const other = { best: 0.4, bestEpoch: 1 };
  for (
    const read of [
      () => loggedEpochs(directory.path, other),
      () => loggedSeconds(directory.path, { ...end, stopping: other }),
      () => openLog(directory.path, { ...end, stopping: other }),
    ]
  ) {
    await assert.rejects(read, {
      name: IntegrityError.name,
      message: /log\.jsonl: its epoch 2 scored 0\.3 on dev, the run's 0\.4: it is another run's; /,
    });
  }
});
