import assert from "node:assert/strict";

const ignore = Deno.build.os !== "linux";

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
