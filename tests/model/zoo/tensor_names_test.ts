import assert from "node:assert/strict";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { createModel, systems } from "../../../model/zoo/systems.ts";
import { inputsOf } from "../../_support/inputs.ts";

const page = await Deno.readTextFile(new URL("../../../docs/tensor_names.md", import.meta.url));

/** Sizes that no layer has, and what the page calls them. */
const SYMBOLS: { readonly [size: number]: string } = {
  1009: "V",
  1011: "V + 2",
  97: "Y",
  89: "C",
  43: "P",
};

/** `a.{b,c}` → `a.b`, `a.c`; the same braces again in a line mean the same one of theirs. */
function expand(line: string): string[] {
  const braces = /\{([^}]*)\}/.exec(line);
  if (!braces) return [line];
  return braces[1]!.split(",").flatMap((one) => expand(line.replaceAll(braces[0], one)));
}

/** `embed.weight [V, 100] yes`: what the page says of a system's tensors. */
function written(name: string): string[] {
  const section = page.slice(page.indexOf(`\n## \`${name}\`\n`) + 1).split("\n## ")[0]!;
  return [...section.matchAll(/^\| `(.*?)` +\| (\[.*?\]) +\| (\w+) +\|$/gm)]
    .flatMap(([, tensor, shape, trained]) => expand(`${tensor} ${shape} ${trained}`));
}

for (const { name } of systems) {
  Deno.test(`the page of tensors' names lists those of ${name}, with shapes`, async () => {
    await startEngine(); // whichever: names are the same on all
    const icd = Array.from({ length: 97 }, (_, code) => `${code % 43}.${code}`);
    const inputs = inputsOf({ labels: { icd, ccs: 89 }, words: 1009, width: 100 });
    const model = createModel(resolveConfig({ model: name, preset: "mimic3-50" }), inputs);
    const held = model.weights.all().map(({ name, variable: { shape }, trainable }) =>
      `${name} [${shape.map((size) => SYMBOLS[size] ?? size).join(", ")}] ${
        trainable ? "yes" : "no"
      }`
    );
    model.weights.dispose();
    assert.deepEqual(written(name).sort(), held.sort());
  });
}
