import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { resolveConfig } from "../../../../model/config/presets.ts";
import { type Scalar, tf } from "../../../../model/engine/tf.ts";
import { ones, zeros } from "../../../../model/layers/initializers.ts";
import { Weights } from "../../../../model/layers/weights.ts";
import { type BertInputs, createBert, loadBert } from "../../../../model/zoo/mdbert/bert.ts";
import { readBertCheckpoint } from "../../../../model/zoo/mdbert/checkpoint.ts";
import { mdBert, scratchBert } from "../../../../model/zoo/mdbert/mdbert.ts";
import { splitSentences } from "../../../../model/zoo/mdbert/sentences.ts";
import { createModel } from "../../../../model/zoo/systems.ts";
import { onEveryEngine, onOneEngine } from "../../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../../_support/inputs.ts";
import { assertClose, assertNoLeak } from "../../../_support/layers.ts";

/** A folder that transformers' save_pretrained wrote, and what it computes (tests/interop/bert.py). */
const saved = fileURLToPath(new URL("../../../../fixtures/golden/bert", import.meta.url));
const golden: {
  sentences: string[];
  lengths: number[];
  pieces: number[][];
  hidden: number[][];
} = JSON.parse(await Deno.readTextFile(`${saved}.json`));

/** Four words, of none (padding), one, two and three pieces. */
const spelling: BertInputs = {
  ...scratchBert(mdBert.options, 4),
  wordPieces: [[], [5], [6, 7], [8, 9, 10]].map((pieces) => Int32Array.from(pieces)),
  cls: 1,
  sep: 2,
};

for (
  const [what, words, limit, expected] of [
    ["no word", [], 5, [[1, 2]]],
    ["words that fill one sentence", [1, 2], 5, [[1, 5, 6, 7, 2]]],
    ["words that fit into two", [1, 1, 2], 5, [[1, 5, 5, 2], [1, 6, 7, 2]]],
    ["a word as long as a sentence", [3, 1], 5, [[1, 8, 9, 10, 2], [1, 5, 2]]],
    ["a word longer than a sentence, which is cut", [3, 1], 4, [[1, 8, 9, 2], [1, 5, 2]]],
  ] as const
) {
  Deno.test(`sentences of ${what}`, () => {
    const sentences = splitSentences(Int32Array.from(words), spelling, limit);
    assert.deepEqual(sentences.map((pieces) => [...pieces]), expected);
  });
}

Deno.test("a sentence has room for a word between its opening and its closing piece", () => {
  const { sentencePieces } = mdBert.schemas;
  assert.deepEqual([2, 3].map((pieces) => v.is(sentencePieces, pieces)), [false, true]);
});

Deno.test("a sentence's words make the pieces that BertTokenizer makes of it", async () => {
  const words = golden.sentences.map((sentence) => sentence.split(" ").filter(Boolean));
  const vocabulary = ["<pad>", "<unk>", ...new Set(words.flat())];
  const bert = await readBertCheckpoint(saved, vocabulary);
  const sentences = words.flatMap((words) =>
    splitSentences(Int32Array.from(words, (word) => vocabulary.indexOf(word)), bert, 40)
  );
  assert.deepEqual(sentences.map((pieces) => [...pieces]), golden.pieces);
});

Deno.test("without a checkpoint every word but padding is a piece of its own", () => {
  const { config, wordPieces, cls, sep } = scratchBert(mdBert.options, 4);
  assert.deepEqual(wordPieces.map((pieces) => [...pieces]), [[], [1], [2], [3]]);
  assert.deepEqual([cls, sep, config.vocab_size], [4, 5, 6]);
});

/** Asserts that BERT's hidden states of these rows of the golden sentences are transformers'. */
async function assertHiddenStates(rows: readonly number[]): Promise<void> {
  const bert = await readBertCheckpoint(saved, []);
  const weights = new Weights(1);
  const read = createBert(weights.scope("bert"), bert.config);
  loadBert(weights, bert);
  const channels = bert.config.hidden_size;
  const sentences = rows.map((row) => Int32Array.from(golden.pieces[row]!));
  assertNoLeak(() =>
    tf.tidy(() => {
      const { hidden } = read(sentences, { training: false, seed: 0 });
      rows.forEach((row, at) => {
        const length = golden.lengths[row]!;
        const own = tf.squeeze(tf.slice(hidden, [at, 0, 0], [1, length, channels]), [0]);
        const stored = { shape: [length, channels], values: golden.hidden[row]! };
        assertClose(own, stored, 1e-5, `sentence ${row}`);
      });
    })
  );
  weights.dispose();
}

onEveryEngine("BERT gives transformers' hidden states of sentences that are padded", async () => {
  assert.ok(new Set(golden.lengths).size > 2);
  await assertHiddenStates([...golden.pieces.keys()]);
});

for (const row of golden.pieces.keys()) {
  onEveryEngine(`BERT gives transformers' hidden states of sentence ${row} alone`, async () => {
    await assertHiddenStates([row]);
  });
}

onEveryEngine(
  "a checkpoint sets every weight of BERT, all but the pooler's are BERT's",
  async () => {
    const { config, tensors } = await readBertCheckpoint(saved, []);
    const weights = new Weights(1);
    createBert(weights.scope("bert"), config);
    loadBert(weights, { tensors });
    const loaded = weights.all().map(({ name, variable }) =>
      [name.slice("bert.".length), variable.dataSync()] as const
    );
    const expected = [...tensors!].filter(([name]) => !name.startsWith("pooler."));
    assert.deepEqual(Object.fromEntries(loaded), Object.fromEntries(expected));
    weights.dispose();
  },
);

onEveryEngine("a checkpoint leaves alone what is not BERT's", () => {
  const weights = new Weights(1);
  const own = weights.scope("classifier").parameter("bias", [2], ones);
  loadBert(weights, { tensors: new Map([["bias", Float32Array.of(3, 4)]]) });
  assert.deepEqual([...own.dataSync()], [1, 1]);
  weights.dispose();
});

for (
  const [what, tensors, message] of [
    ["lacks a weight", new Map(), /bert\.bias holds no values, expected 2 by config\.json$/],
    [
      "has a weight of another size",
      new Map([["bias", new Float32Array(3)]]),
      /bert\.bias holds 3 values, expected 2 by config\.json$/,
    ],
  ] as const
) {
  onEveryEngine(`a checkpoint that ${what} is refused`, () => {
    const weights = new Weights(1);
    weights.scope("bert").parameter("bias", [2], zeros);
    assert.throws(() => loadBert(weights, { tensors }), { name: "DataError", message });
    weights.dispose();
  });
}

/** A small MDBERT over sentences of two words, of which it reads two a document. */
function createSmall(bert?: BertInputs) {
  const sizes = ["sentencePieces=4", "sentences=2", "hidden=4", "heads=2", "intermediate=6"];
  const config = resolveConfig({ model: "mdbert", set: sizes.map((size) => `model.${size}`) });
  const inputs = inputsOf({ labels: { icd: 3, ccs: 1 }, words: 9, width: 2 });
  return createModel(config, inputs, bert);
}

onEveryEngine("no more sentences of a document are read than the options say", () => {
  const model = createSmall();
  tf.tidy(() => {
    const logits = (tokens: readonly number[]) =>
      model.logits(batchOfTokens([tokens]), { training: false, seed: 0 }).icd!;
    const all = logits([2, 3, 4, 5]);
    assertClose(logits([2, 3, 4, 5, 6, 7]), all, 1e-6, "a third sentence");
    const differs = tf.max(tf.abs(tf.sub(logits([2, 3, 4, 6]), all))).dataSync()[0]!;
    assert.ok(differs > 1e-6, `the second sentence counts: ${differs}`);
  });
  model.weights.dispose();
});

onEveryEngine(
  "a document is read as it is alone, however long its neighbour's sentences are",
  () => {
    const model = createSmall({ ...spelling, config: scratchBert(mdBert.options, 9).config });
    const logits = (...documents: number[][]) =>
      model.logits(batchOfTokens(documents), { training: false, seed: 0 }).icd!;
    tf.tidy(() => {
      const documents = [[1, 1, 2], [2, 2, 1], [1, 2, 2]]; // sentences of 3 and 4 pieces, in other orders
      const alone = tf.concat(documents.map((document) => logits(document)), 0);
      assertClose(logits(...documents), alone, 1e-5, "together");
    });
    model.weights.dispose();
  },
);

onOneEngine("a layer keeps of a piece what its gradient needs, and no copies", () => {
  const [sentences, pieces, channels, inner, heads] = [40, 32, 16, 64, 2];
  const kept = (layers: number) => {
    const { config } = scratchBert(
      { ...mdBert.options, hidden: channels, intermediate: inner, heads, layers },
      9,
    );
    const weights = new Weights(1);
    const read = createBert(weights.scope("bert"), config);
    const input = Array.from({ length: sentences }, () => new Int32Array(pieces).fill(3));
    const before = tf.memory().numBytes;
    let peak = 0;
    const variables = weights.trainable().map(({ variable }) => variable);
    const { value, grads } = tf.variableGrads(() => {
      const { hidden } = tf.tidy(() => ({
        hidden: read(input, { training: true, seed: 1 }).hidden,
      }));
      peak = tf.memory().numBytes - before;
      return tf.mean<Scalar>(hidden);
    }, variables);
    tf.dispose([value, grads]);
    weights.dispose();
    return peak / sentences / pieces / 4;
  };
  // Of C ten: queries, keys, values, mixed, two normalised, two sums, of which one counts for each of
  // the three that keep it. Two inside, and the shares.
  const needed = 10 * channels + 2 * inner + heads * pieces;
  const taken = kept(3) - kept(2);
  assert.ok(taken < 1.05 * needed, `${taken} numbers of ${needed}`);
});

onEveryEngine("sentences of more pieces than BERT has positions are refused", () => {
  const { config, ...bert } = scratchBert(mdBert.options, 9);
  assert.throws(() => createSmall({ ...bert, config: { ...config, max_position_embeddings: 3 } }), {
    name: "UsageError",
    message: /sentencePieces is 4, .* at most 3 pieces; use --set model\.sentencePieces=3$/,
  });
});
