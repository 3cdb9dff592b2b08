import assert from "node:assert/strict";
import { UsageError } from "../../../pipeline/errors.ts";
import {
  completeOptions,
  type DecidedOptions,
  decisiveOptions,
  manifestOptions,
  type PrepareOptions,
  requirePart,
} from "../../../pipeline/prepare/options.ts";

const mimic: PrepareOptions = { input: { kind: "mimic3", directory: "m", ccs: "c" }, out: "data" };
const corpus: PrepareOptions = {
  input: { kind: "corpus", notes: [{ path: "n" }], labels: [{ path: "l" }] },
  out: "data",
};
const full: DecidedOptions = { split: "patient", top: null, topBy: "frequency" };

Deno.test("defaults are the paper's", () => {
  const settings = completeOptions(mimic);
  assert.deepEqual(
    manifestOptions(decisiveOptions(settings), { split: "patient", top: 50, topBy: "frequency" }),
    {
      source: "mimic3",
      split: "patient",
      shares: { train: 47_723, dev: 1_631, test: 3_372 },
      top: 50,
      topBy: "frequency",
      minCodeDocuments: 1,
      ccsLabels: "separate",
      groupPrefix: null,
      reading: undefined,
      embedOn: "all",
      minDocuments: 3,
      dimensions: 100,
      seed: 1,
    },
  );
  assert.ok(settings.threads >= 1 && settings.memory > 0 && settings.memory <= 1e9);
});

Deno.test("where the input is, and how fast it is read, does not enter the manifest", () => {
  const written = (options: PrepareOptions) =>
    JSON.stringify(manifestOptions(decisiveOptions(completeOptions(options)), full));
  assert.equal(
    written({ ...mimic, threads: 1, memory: 2e9, out: "elsewhere" }),
    written({ ...mimic, input: { kind: "mimic3", directory: "/x/y", ccs: "/z" } }),
  );
});

Deno.test("a corpus without group tables is grouped by a prefix", () => {
  const prefix = (input: object) =>
    manifestOptions(
      decisiveOptions(
        completeOptions({ ...corpus, input: { ...corpus.input, ...input } as typeof corpus.input }),
      ),
      full,
    ).groupPrefix;
  assert.equal(prefix({}), 3);
  assert.equal(prefix({ groupPrefix: 4 }), 4);
  assert.equal(prefix({ groups: [{ path: "g" }] }), null);
});

Deno.test("what was said of a corpus's columns and cells enters the manifest", () => {
  const input = {
    ...corpus.input,
    columns: { columns: { id: ["hadm_id"], text: undefined }, header: false },
    codeSeparator: ";",
  } as PrepareOptions["input"];
  const { reading } = manifestOptions(decisiveOptions(completeOptions({ ...corpus, input })), full);
  assert.deepEqual(reading, { idColumn: ["hadm_id"], header: false, codeSeparator: ";" });
});

Deno.test("contradictions and numbers out of range are usage errors", () => {
  const wrong: [Partial<PrepareOptions>, RegExp][] = [
    [{ split: "published" }, /--splits DIR/],
    [{ splits: "lists" }, /--splits lists: the split is patient; expected --split published/],
    [{ split: "caml", splits: "lists" }, /--splits lists: the split is caml; /],
    [{ split: "caml", input: corpus.input }, /--split caml: a corpus; expected MIMIC-III/],
    [{ minCodeDocuments: 0 }, /minCodeDocuments 0/],
    [{ top: 0 }, /top 0/],
    [{ threads: 1.5 }, /threads 1.5/],
    [{ threads: 1_000_000 }, /threads 1000000: .*at most 1024/],
    [{ seed: -1 }, /seed -1/],
    [{ minDocuments: NaN }, /minDocuments NaN/],
  ];
  for (const [options, message] of wrong) {
    assert.throws(() => completeOptions({ ...mimic, ...options }), (error: Error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("edin-clean asks ten documents of a code, any other split one, unless told otherwise", () => {
  const least = (options: Partial<PrepareOptions>) =>
    completeOptions({ ...mimic, ...options }).minCodeDocuments;
  assert.deepEqual([least({ split: "edin-clean" }), least({ split: "caml" }), least({})], [
    10,
    1,
    1,
  ]);
  assert.equal(least({ split: "edin-clean", minCodeDocuments: 3 }), 3);
});

Deno.test("a part is one of as many as there are", () => {
  for (const [number, of] of [[1, 1], [3, 3]] as const) requirePart({ number, of });
  for (const [number, of] of [[0, 2], [3, 2], [1.5, 2], [1, 2.5], [NaN, 2], [1, NaN]] as const) {
    assert.throws(() => requirePart({ number, of }), {
      name: UsageError.name,
      message:
        `reading options: part ${number} of ${of}: out of range; expected a number from 1 to ` +
        "that of all parts; see --help",
    });
  }
});
