import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { resolveConfig } from "../../model/config/presets.ts";
import { openTensorBoard } from "../../model/run/tensorboard.ts";
import { joinRows } from "../../pipeline/dataset/documents.ts";
import { temporary } from "../_support/tiny.ts";

const script = fileURLToPath(new URL("tensorboard_events.py", import.meta.url));
const python = Deno.env.get("MARN_PEER_PYTHON") ?? Deno.env.get("MARN_PYTHON") ?? "python3";

/** What a Python program prints; undefined where it fails, or there is no Python. */
async function printed(...args: string[]): Promise<string | undefined> {
  try {
    const { code, stdout } = await new Deno.Command(python, { args, stderr: "null" }).output();
    return code === 0 ? new TextDecoder().decode(stdout) : undefined;
  } catch {
    return undefined;
  }
}

Deno.test({
  name: "TensorBoard's own reader finds scalars, histograms and the configuration",
  ignore: await printed("-c", "import tensorboard") === undefined,
  fn: async () => {
    await using directory = await temporary();
    const board = await openTensorBoard(directory.path, 0, resolveConfig({}));
    const epoch = { epoch: 0, trainLoss: 0.125, documents: 9, tokens: 90, stale: 0 };
    board.onEpoch?.({ ...epoch, step: 9, monitor: "p@5", value: 0.75, improved: true });
    const truth = joinRows([Int32Array.of(1)]);
    const icd = { documents: 1, labels: 3, scores: Float32Array.of(0.25, 0.5, 0.75) };
    board.onScores?.({ step: 9, scores: { icd }, truth: { icd: truth, ccs: truth } });
    board.close?.();
    const { scalars, histograms, texts } = JSON.parse((await printed(script, directory.path))!);
    assert.deepEqual(scalars, { "epoch/train_loss": [[9, 0.125]], "dev/p@5": [[9, 0.75]] });
    assert.deepEqual(histograms, {
      "dev/probability/icd/true": [[9, 1, 0.5]],
      "dev/probability/icd/other": [[9, 2, 1]],
    });
    assert.match(texts.configuration[0], /\| model\.name \| marn \|/);
  },
});
