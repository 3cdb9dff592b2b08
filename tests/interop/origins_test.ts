import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = `${root}fixtures/golden`;
const goldens = [...Deno.readDirSync(folder)].map(({ name }) => name)
  .filter((name) => name.endsWith(".json")).sort();

for (const name of goldens) {
  Deno.test(`${name} names the script that made it, with the versions it ran on`, async () => {
    const { origin } = JSON.parse(await Deno.readTextFile(`${folder}/${name}`));
    const [, script] = /^(tests\/interop\/\w+\.py), .*\w \d+\.\d+/.exec(origin)!;
    assert.match(await Deno.readTextFile(root + script), new RegExp(`fixtures/golden/|"golden"`));
  });
}
