import assert from "node:assert/strict";
import * as v from "valibot";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemNamed, systems } from "../../../model/zoo/systems.ts";
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
        ...["run", "--check", "--no-prompt", ...permissions, "tasks/train.ts"],
        ...["--model", "toy", "--data", "data", "--out", "run"],
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
