import assert from "node:assert/strict";
import { join } from "node:path";
import { temporary } from "../../_support/tiny.ts";

const resolve = (path: string) => JSON.stringify(import.meta.resolve(`../../../${path}`));
const script = `
import { print, say } from ${resolve("tasks/cli/print.ts")};
print("a\\u001b[2J\\u202eb\\n\\tc");
say("d\\u009b1A\\u2067e");
`;

Deno.test("fault 49: neither standard output nor standard error get what a terminal obeys", async () => {
  await using directory = await temporary();
  const path = join(directory.path, "example.ts");
  await Deno.writeTextFile(path, script);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-read", path],
  }).output();
  assert.equal(new TextDecoder().decode(stdout), "a[2Jb\n\tc\n");
  assert.equal(new TextDecoder().decode(stderr), "d1Ae\n");
});
