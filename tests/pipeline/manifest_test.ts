import assert from "node:assert/strict";
import { IntegrityError } from "../../pipeline/errors.ts";
import { formatSealed } from "../../pipeline/files/sealed.ts";
import {
  DATASET_VERSION,
  formatManifest,
  type Manifest,
  parseManifest,
} from "../../pipeline/manifest.ts";

const digest = "a".repeat(64);
const manifest: Manifest = {
  format: "marn-dataset",
  version: DATASET_VERSION,
  labelSet: "top50",
  restricted: true,
  synthetic: false,
  options: {
    source: "mimic3",
    split: "patient",
    shares: { train: 8, dev: 1, test: 1 },
    top: 50,
    topBy: "frequency",
    minCodeDocuments: 1,
    ccsLabels: "separate",
    groupPrefix: null,
    embedOn: "all",
    minDocuments: 3,
    dimensions: 100,
    seed: 1,
  },
  sources: [{ name: "NOTEEVENTS.csv", bytes: 9, rows: 2, sha256: digest, verified: true }],
  stages: [{ stage: "notes", read: 5, kept: 3, excluded: { "empty text": 2 }, noted: {} }],
  documents: { train: 3, dev: 0, test: 0 },
  patients: { train: 2, dev: 0, test: 0 },
  tokens: { train: 30, dev: 0, test: 0 },
  labels: { icd: 50, ccs: 38 },
  vocabulary: 7,
  rareWords: 3,
  topCodes: null,
  shards: [{
    file: "shards/train-00000.safetensors",
    bytes: 99,
    sha256: digest,
    split: "train",
    documents: 3,
    tokens: 30,
  }],
  files: [{ file: "vocabulary.txt", bytes: 12, sha256: digest }],
};

/** The manifest's text with some of its keys changed by this program. */
const changed = (changes: object) => formatSealed({ ...manifest, ...changes });

Deno.test("a manifest is read back as it was written", () => {
  assert.deepEqual(parseManifest(formatManifest(manifest), "manifest.json"), manifest);
});

Deno.test("equal manifests are equal bytes, whatever the order of their keys", () => {
  const reversed = Object.fromEntries(Object.entries(manifest).reverse()) as unknown as Manifest;
  assert.equal(formatManifest(reversed), formatManifest(manifest));
});

Deno.test("a manifest of version 1 is read and written as it was", () => {
  const { rareWords: _, ...rest } = manifest;
  const old: Manifest = { ...rest, version: 1 };
  assert.deepEqual(parseManifest(formatManifest(old), "manifest.json"), old);
  assert.ok(!formatManifest(old).includes("rareWords"));
});

Deno.test("a manifest of version 2, which has no digest of itself, is read and written as it was", () => {
  const old: Manifest = { ...manifest, version: 2 };
  assert.deepEqual(parseManifest(formatManifest(old), "manifest.json"), old);
  assert.ok(!formatManifest(old).includes('\n  "sha256"'));
});

Deno.test("a manifest written before lists of codes decided reads as one of counted codes", () => {
  const { topBy: _, minCodeDocuments: __, ...options } = manifest.options;
  assert.deepEqual(parseManifest(changed({ options }), "manifest.json"), manifest);
});

const refused: Record<string, [string, RegExp]> = {
  "cut text": ['{"format":', /: no JSON/],
  "a key twice": ['{"format":1,"format":2}', /: the key format twice \(line 1\); /],
  "fault 37: one edited after it was written": [
    formatManifest(manifest).replace('"restricted": true', '"restricted": false'),
    /: it is not as it was written; /,
  ],
  "null": ["null", /the whole/],
  "another format": [changed({ format: "marn-run" }), /: format: /],
  "a later version": [changed({ version: 4 }), /: format version 4; expected .* version 1 to 3; /],
  "an unknown key": [changed({ extra: 1 }), /: extra: /],
  "a label set less": [changed({ labels: { icd: 50 } }), /: labels\.ccs: /],
  "a stage that lost something": [
    changed({ stages: [{ ...manifest.stages[0], kept: 2 }] }),
    /stages\.0: read is not kept plus excluded/,
  ],
  "a path that leaves the folder": [
    changed({ files: [{ file: "../secret", bytes: 1, sha256: digest }] }),
    /files\.0\.file/,
  ],
  "a digest that is none": [
    changed({ files: [{ file: "vocabulary.txt", bytes: 1, sha256: "0" }] }),
    /files\.0\.sha256/,
  ],
};
for (const [what, [text, found]] of Object.entries(refused)) {
  Deno.test(`${what} is refused in one line that names the file`, () => {
    assert.throws(() => parseManifest(text, "data/full/manifest.json"), (error) => {
      assert.ok(error instanceof IntegrityError);
      assert.match(error.message, /^reading data\/full\/manifest\.json: [^\n]*prepare again$/);
      assert.match(error.message, found);
      return true;
    });
  });
}
