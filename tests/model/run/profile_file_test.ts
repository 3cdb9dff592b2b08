import assert from "node:assert/strict";
import { join } from "node:path";
import {
  describeProfile,
  PROFILE_FILE,
  type ProfileContext,
  type ProfileRecord,
  readProfile,
  writeProfile,
} from "../../../model/run/profile_file.ts";
import type { Documents } from "../../../pipeline/dataset/documents.ts";
import { IntegrityError } from "../../../pipeline/errors.ts";
import { formatSealed } from "../../../pipeline/files/sealed.ts";
import { createRandom } from "../../../pipeline/random.ts";

const NOTES = 200;
const LABELS = 6;
const WEIGHTS = "1".repeat(64);
const context: ProfileContext = {
  weights: WEIGHTS,
  task: "icd",
  threshold: 0.5,
  training: { notes: 3, counts: [1, 0, 2, 1, 1, 3] },
  maxTokens: 4,
};

/** A profile of notes whose codes are drawn from logits a third of which the scores show. */
function drawProfile(): ProfileRecord {
  const random = createRandom(3, "profile");
  const scores = new Float32Array(NOTES * LABELS);
  const rows = Array.from(
    { length: NOTES },
    (_, row) =>
      Int32Array.from(
        Array.from({ length: LABELS }, (_, label) => label).filter((label) => {
          const logit = 3 * random.normal() - 1;
          scores[row * LABELS + label] = 1 / (1 + Math.exp(-logit / 3));
          return random.uniform() < 1 / (1 + Math.exp(-logit));
        }),
      ),
  );
  const documents: Documents = {
    count: NOTES,
    lengths: new Int32Array(NOTES).fill(2),
    tokens: () => Int32Array.of(1, 2),
    labels: (_task, row) => rows[row]!,
  };
  return describeProfile(documents, { documents: NOTES, labels: LABELS, scores }, context);
}

const record = drawProfile();

async function withFile(text: string | undefined, use: (run: string) => Promise<void>) {
  const run = await Deno.makeTempDir();
  try {
    if (text === undefined) await writeProfile(run, record);
    else await Deno.writeTextFile(join(run, PROFILE_FILE), text);
    await use(run);
  } finally {
    await Deno.remove(run, { recursive: true });
  }
}

/** The file as version 1 had it, and what is added to it. */
function earlierText(added: object = {}): string {
  const { weights, task, threshold, training, profile } = record;
  const { notes, carried, losses } = profile.given!;
  const given = { notes, carried, losses };
  const earlier = { ...profile, given };
  const header = { format: "marn-profile", version: 1, weights, task, threshold };
  return formatSealed({ ...header, training, profile: earlier, ...added }, 0);
}

Deno.test("a profile that is read back is the one that was written", async () => {
  await withFile(undefined, async (directory) => {
    assert.deepEqual(await readProfile({ directory }, WEIGHTS), record);
  });
});

Deno.test("a profile of version 1 is read: no temperature, no residuals of given codes", async () => {
  await withFile(earlierText(), async (directory) => {
    const { temperature, profile } = await readProfile({ directory }, WEIGHTS);
    const { surprise: _surprise, excess: _excess, ...given } = record.profile.given!;
    assert.equal(temperature, 1);
    assert.deepEqual(profile, { ...record.profile, given });
  });
});

Deno.test("a profile that has what its version has not is refused", async () => {
  await withFile(earlierText({ temperature: 2 }), async (directory) => {
    await assert.rejects(readProfile({ directory }, WEIGHTS), IntegrityError);
  });
});

Deno.test("the temperature undoes what the scores hide, and the codes do not surprise on average", () => {
  const { temperature, profile } = record;
  assert.ok(Math.abs(temperature - 1 / 3) < 0.05, String(temperature));
  const mean = profile.given!.surprise!.reduce((sum, surprise) => sum + surprise, 0) / NOTES;
  assert.ok(Math.abs(mean) < 1e-5, String(mean));
});
