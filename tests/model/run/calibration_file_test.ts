import assert from "node:assert/strict";
import { join } from "node:path";
import {
  CALIBRATION_FILE,
  type CalibrationRecord,
  learnedOf,
  readCalibration,
  writeCalibration,
} from "../../../model/run/calibration_file.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";

const record: CalibrationRecord = {
  weights: "1".repeat(64),
  tasks: {
    icd: {
      calibration: {
        temperature: 0.8,
        isotonic: { scores: [0.1, 0.5, 0.9], probabilities: [0, 0.25, 1] },
        use: "isotonic",
      },
      acceptance: { precision: 0.95, confidence: 0.9, threshold: null },
    },
    ccs: {},
  },
};

async function withFile(use: (run: string) => Promise<void>): Promise<void> {
  const run = await Deno.makeTempDir();
  try {
    await writeCalibration(run, record);
    await use(run);
  } finally {
    await Deno.remove(run, { recursive: true });
  }
}

Deno.test("a calibration that is read back is the one that was written", async () => {
  await withFile(async (run) => assert.deepEqual(await readCalibration(run), record));
});

Deno.test("a run that was never evaluated has no calibration", async () => {
  assert.equal(await readCalibration("/nowhere"), undefined);
  assert.deepEqual(await learnedOf("/nowhere", "any"), { tasks: {}, isOutdated: false });
});

Deno.test("a calibration of other weights says nothing of these", async () => {
  await withFile(async (run) => {
    assert.deepEqual(await learnedOf(run, record.weights), {
      tasks: record.tasks,
      isOutdated: false,
    });
    assert.deepEqual(await learnedOf(run, "2".repeat(64)), { tasks: {}, isOutdated: true });
  });
});

for (
  const [what, from, to] of [
    ["edited", "0.8", "0.7"],
    ["of another version", '"version": 1', '"version": 2'],
    ["cut off", "\n}\n", ""],
    ["of falling probabilities", "0.25,", "-0.25,"],
    ["with a key too many", '"use"', '"used": 1,\n        "use"'],
  ] as const
) {
  Deno.test(`fault 39: a calibration that is ${what} is refused, and named`, async () => {
    await withFile(async (run) => {
      const path = join(run, CALIBRATION_FILE);
      const text = await Deno.readTextFile(path);
      assert.ok(text.includes(from));
      await Deno.writeTextFile(path, text.replace(from, to));
      await assert.rejects(readCalibration(run), (error: Error) => {
        assert.ok(error instanceof IntegrityError);
        assert.match(
          error.message,
          /^reading .*calibration\.json: .+; evaluate the run again, or .+$/,
        );
        return true;
      });
    });
  });
}
