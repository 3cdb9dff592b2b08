/**
 * `README.md` of an exported folder: how it is opened, in lines that can be copied.
 *
 * @module
 */
import type { ExportDescription } from "../../model/export/description.ts";
import type { ExportFormat } from "../../model/export/export_run.ts";
import { LABEL_NOUNS } from "../../pipeline/schema.ts";
import { restrictedNote } from "../report/restricted.ts";

const FILES = {
  hf: [
    "`model.safetensors`: the weights, float32 under PyTorch's names, as the run trained them",
  ],
  onnx: [
    "`model.onnx`: the network, opset 17. Inputs `tokens` [documents, tokens] and `lengths` " +
    "[documents], int64; padding may be anything. Outputs `<labels>.logits` and " +
    "`<labels>.probabilities` [documents, labels], float32",
  ],
} as const;

/** Where the page finds what is copied to its side; said apart, since this file imports none of it. */
const BESIDE = "./";

/** Lines that open the folder, by language. */
const OPENING: { readonly [format in ExportFormat]: (target: string) => string } = {
  hf: () =>
    `In Python (\`pip install numpy safetensors tokenizers\`; \`safetensors.torch\` gives
PyTorch's tensors):

\`\`\`python
import json, tokenizers
from safetensors.numpy import load_file
weights, config = load_file("model.safetensors"), json.load(open("config.json"))
ids = tokenizers.Tokenizer.from_file("tokenizer.json").encode(open("note.txt").read()).ids
print(config["title"], sum(w.size for w in weights.values()), "values,", len(ids), "tokens")
\`\`\`

Training goes on from such a file, or from one that PyTorch wrote under the same names, with
\`deno task train --init model.safetensors\`.
`,
  onnx: (target) =>
    `In Python (\`pip install numpy onnxruntime tokenizers\`):

\`\`\`python
import json, numpy as np, onnxruntime, tokenizers
config, words = json.load(open("config.json")), tokenizers.Tokenizer.from_file("tokenizer.json")
ids = np.array([words.encode(open("note.txt").read()).ids], dtype=np.int64)
[scores] = onnxruntime.InferenceSession("model.onnx").run(["${target}.probabilities"], {"tokens": ids, "lengths": np.array([ids.size])})
print([c for c, p in zip(config["labels"]["${target}"], scores[0]) if p > config["thresholds"]["${target}"]])
\`\`\`

In Node (\`ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node @huggingface/tokenizers\`; without
the variable it fetches CUDA's part, too), as \`code.mjs\`:

\`\`\`js
import { readFileSync as read } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { Tokenizer } from "@huggingface/tokenizers";
const [config, words] = ["config.json", "tokenizer.json"].map((file) => JSON.parse(read(file, "utf8")));
const note = read("note.txt", "utf8");
${scoringLines(target)}
console.log(${assignedCodes(target)});
\`\`\`

In a browser, as \`index.html\` beside \`ort.wasm.bundle.min.mjs\` and \`ort-wasm-simd-threaded.wasm\` of
\`onnxruntime-web\` and \`tokenizers.min.mjs\` of \`@huggingface/tokenizers\` (in their packages' \`dist/\`):

\`\`\`html
<script type="module">
import { InferenceSession, Tensor } from "${BESIDE}ort.wasm.bundle.min.mjs";
import { Tokenizer } from "${BESIDE}tokenizers.min.mjs";
const [config, words] = await Promise.all(["config.json", "tokenizer.json"].map(async (file) => (await fetch(file)).json()));
const note = await (await fetch("note.txt")).text();
${scoringLines(target)}
document.body.append(${assignedCodes(target)}.join(" "));
</script>
\`\`\`
`,
};

/** JavaScript: `note` → `data`, the probabilities of the target's labels. */
function scoringLines(target: string): string {
  return `const ids = new Tokenizer(words, {}).encode(note).ids.map((id) => id ?? config.unknown_token.id);
const [tokens, lengths] = [ids, [ids.length]].map((list) => BigInt64Array.from(list, BigInt));
const { "${target}.probabilities": { data } } = await (await InferenceSession.create("model.onnx"))
  .run({ tokens: new Tensor("int64", tokens, [1, ids.length]), lengths: new Tensor("int64", lengths, [1]) });`;
}

function assignedCodes(target: string): string {
  return `config.labels.${target}.filter((_, i) => data[i] > config.thresholds.${target})`;
}

/** The text for a folder of that format. */
export function exportReadme(format: ExportFormat, description: ExportDescription): string {
  const { title, target, tasks, labels, source } = description;
  const counts = tasks.map((task) => `${labels[task]!.length} ${LABEL_NOUNS[task]}`).join(" and ");
  const restricted = source.restricted ? `\n**${restrictedNote({ source: source.data })}**\n` : "";
  const files = [
    ...FILES[format],
    "`config.json`: label sets, thresholds, calibration where the run was evaluated, and the " +
    "configuration of the training",
    "`tokenizer.json`: what a token is, and its id; `vocabulary.txt`: the same words, one a line",
    "`labels/`: codes with titles and their documents by split",
  ].map((line) => `- ${line}.`).join("\n");
  return `# ${title}

Codes clinical notes with ${counts}. Exported by \`deno task export --to ${format}\`.
${restricted}
${OPENING[format](target)}
## Files

${files}

A code is assigned where its probability is above the label set's threshold. The first
${description.max_tokens} tokens of a note are read.
`;
}
