import fc from "fast-check";
import assert from "node:assert/strict";
import * as v from "valibot";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { assign } from "../../../model/config/assign.ts";
import type { TrainConfig } from "../../../model/config/config.ts";
import { resolveConfig } from "../../../model/config/presets.ts";
import { tf } from "../../../model/engine/tf.ts";
import { disposeTokens } from "../../../model/feed.ts";
import type { Assignments, ConfigValue } from "../../../model/system.ts";
import { createModel, systemNamed, systems } from "../../../model/zoo/systems.ts";
import { UsageError } from "../../../pipeline/errors.ts";
import { onEveryEngine } from "../../_support/engines.ts";
import { batchOfTokens, inputsOf } from "../../_support/inputs.ts";
import { writeTinyDataset } from "../../_support/tiny_dataset.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const page = await Deno.readTextFile(join(root, "docs", "adding_a_system.md"));

/** The system that the page adds: word vectors, their mean over a document, and a classifier. */
const toy = /```ts\n(.*?)```/s.exec(page)![1]!;

/** The one line of the registry that names it, and its import. */
function register(registry: string): string {
  const added = registry
    .replace("\n];", "\n  toy,\n];")
    .replace(/^import /m, 'import { toy } from "./toy.ts";\nimport ');
  assert.notEqual(added, registry);
  return added;
}

/** A copy of what `deno task train` runs on, in which files can be added. */
async function copyTree(to: string): Promise<void> {
  const copy = async (path: string): Promise<void> => {
    for await (const { name, isDirectory } of Deno.readDir(join(root, path))) {
      const inner = join(path, name);
      if (isDirectory) await copy(inner);
      else if (!name.endsWith(".py")) {
        await Deno.mkdir(dirname(join(to, inner)), { recursive: true });
        await Deno.copyFile(join(root, inner), join(to, inner));
      }
    }
  };
  for (const folder of ["model", "pipeline", "tasks"]) await copy(folder);
  for (const file of ["deno.json", "deno.lock"]) {
    await Deno.copyFile(join(root, file), join(to, file));
  }
  await Deno.symlink(join(root, "node_modules"), join(to, "node_modules"));
}

Deno.test("a new system is its own file and one line in the registry, and trains", async () => {
  const directory = await Deno.makeTempDir();
  try {
    await copyTree(directory);
    const zoo = join(directory, "model", "zoo");
    await Deno.writeTextFile(join(zoo, "toy.ts"), toy);
    const registry = join(zoo, "systems.ts");
    await Deno.writeTextFile(registry, register(await Deno.readTextFile(registry)));
    await writeTinyDataset(join(directory, "data"));
    const permissions = ["read", "write", "env", "sys", "ffi"].map((name) => `--allow-${name}`);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--check",
        "--no-prompt",
        ...permissions,
        "tasks/train.ts",
        "--model",
        "toy",
        "--preset",
        "mimic3-full",
        "--data",
        "data",
        "--out",
        "run",
      ],
      cwd: directory,
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /in epoch [12] of 2/);
    const { config } = JSON.parse(await Deno.readTextFile(join(directory, "run", "config.json")));
    assert.deepEqual(config.model, {
      name: "toy",
      scale: 3,
      embeddingDropout: 0.1,
      trainEmbedding: true,
      unitEmbedding: false,
    });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("the systems are those of the paper's tables and figures", () => {
  assert.deepEqual(systems.map(({ name, title, base }) => [name, title, base]), [
    ["marn", "MARN", "bigru"],
    ["mt-ram", "MT-RAM", undefined],
    ["cnn", "CNN", undefined],
    ["bigru", "BiGRU", undefined],
    ["caml", "CAML", "caml"],
    ["dr-caml", "DR-CAML", undefined],
    ["multi-res-cnn", "MultiResCNN", "multi-res-cnn"],
    ["laat", "LAAT", undefined],
    ["joint-laat", "JointLAAT", undefined],
    ["fusion", "Fusion", undefined],
    ["mdbert", "MDBERT", undefined],
  ]);
});

Deno.test("every system is found by its name", () => {
  assert.deepEqual(systems.map(({ name }) => systemNamed(name)), systems);
});

for (const { name, options, schemas } of systems) {
  Deno.test(`every option of ${name} has a schema that its default meets`, () => {
    assert.deepEqual(Object.keys(options).sort(), Object.keys(schemas).sort());
    for (const [option, value] of Object.entries(options)) {
      assert.ok(v.is(schemas[option as keyof typeof schemas], value), option);
    }
  });
}

Deno.test("a system that there is not is an error of the program", () => {
  assert.throws(() => systemNamed("__proto__"), /there is none/);
});

/** Small values of an option, some of which cannot work. */
function valuesOf(option: string, usual: ConfigValue): fc.Arbitrary<ConfigValue> {
  if (option === "kernels") {
    const list = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
    return list.map((numbers) => numbers.join());
  }
  if (typeof usual === "boolean") return fc.boolean();
  if (typeof usual !== "number") return fc.constant(usual);
  return Number.isInteger(usual) ? fc.integer({ min: 0, max: 9 }) : fc.constantFrom(0, 0.3, 1);
}

for (const { name, options } of systems) {
  onEveryEngine(`property: any configuration of ${name} computes, or is refused`, () => {
    const changes = fc.record(
      Object.fromEntries(
        Object.entries(options).map(([option, value]) => [
          `model.${option}`,
          valuesOf(option, value),
        ]),
      ),
      { requiredKeys: [] },
    );
    const small = smallest(options);
    fc.assert(
      fc.property(changes, (changes) => {
        const config = configOf(name, { ...small, ...changes } as Assignments);
        if (config) compute(config);
      }),
      { numRuns: 12 },
    );
  });
}

/** Sizes that compute fast where an option is not drawn. */
function smallest(options: object): Assignments {
  const sizes = {
    hidden: 4,
    attention: 4,
    projection: 4,
    intermediate: 4,
    feedForward: 4,
    filters: 4,
  };
  const own = Object.entries(sizes).filter(([option]) => option in options);
  return Object.fromEntries(own.map(([option, size]) => [`model.${option}`, size]));
}

/** The configuration, unless it is refused as one is: in one line that names the key. */
function configOf(model: string, changes: Assignments): TrainConfig | undefined {
  try {
    return assign(resolveConfig({ model }), changes);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    assert.match(error.message, /^reading the configuration: model\.\w+ is .+, expected .+$/);
    return undefined;
  }
}

function compute(config: TrainConfig): void {
  const title = (label: number) => [2 + label];
  const labels = { icd: 3, ccs: 2 };
  const model = createModel(
    config,
    inputsOf({ labels, words: 8, width: 6, vectors: 1, title }),
  );
  const batch = batchOfTokens([[2, 3, 4], [5]]);
  try {
    tf.tidy(() => {
      for (const scores of Object.values(model.logits(batch, { training: true, seed: 1 }))) {
        assert.ok(scores.dataSync().every(Number.isFinite));
      }
    });
  } finally {
    disposeTokens(batch);
    model.weights.dispose();
  }
}
