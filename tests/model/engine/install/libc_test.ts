import assert from "node:assert/strict";
import { readProcFile } from "../../../../model/engine/install/libc.ts";

const ignore = Deno.build.os !== "linux";

Deno.test("a file of /proc is read as another process reads it", { ignore }, async () => {
  const { stdout } = await new Deno.Command("cat", { args: ["/proc/version"] }).output();
  assert.equal(readProcFile("/proc/version"), new TextDecoder().decode(stdout));
});

Deno.test("a long file of /proc is cut after 16 kB", { ignore }, () => {
  assert.equal(readProcFile("/proc/kallsyms").length, 16384);
});

Deno.test("a file that is not there is read as empty", { ignore }, () => {
  assert.equal(readProcFile("/proc/no such file"), "");
});

Deno.test(
  "what is written to stderr is lost during the work, and only then",
  { ignore },
  async () => {
    const module = new URL("../../../../model/engine/install/libc.ts", import.meta.url).href;
    const code = `import { withoutStderr } from ${JSON.stringify(module)};
    console.error("before");
    withoutStderr(() => console.error("during"));
    try {
      withoutStderr(() => { throw new Error("failed"); });
    } catch (error) {
      console.error(error.message);
    }`;
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
    }).output();
    assert.equal(new TextDecoder().decode(stderr), "before\nfailed\n");
  },
);
