import assert from "node:assert/strict";

const script = `
  const { listenForInterrupts } = await import(
    ${JSON.stringify(import.meta.resolve("../../../tasks/cli/interrupt.ts"))}
  );
  using interrupts = listenForInterrupts();
  console.log("ready");
  await new Promise((resolve) => interrupts.signal.addEventListener("abort", resolve));
  console.log(interrupts.signal.reason);
  if (Deno.args[0] === "stubborn") await new Promise((resolve) => setTimeout(resolve, 60_000));
  Deno.exit(interrupts.exitCode);
`;

Deno.test({
  name: "an interrupt aborts the signal with the shell's exit code, a second one ends at once",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const path = await Deno.makeTempFile({ suffix: ".ts" });
    await Deno.writeTextFile(path, script);
    for (
      const [signals, code] of [
        [["SIGINT"], 130],
        [["SIGTERM"], 143],
        [["SIGINT", "SIGTERM"], 143],
      ] as const
    ) {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--no-check", "--allow-read", path, signals.length > 1 ? "stubborn" : ""],
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      for (const [at, signal] of signals.entries()) {
        assert.equal((await reader.read()).value, `${at === 0 ? "ready" : signals[0]}\n`);
        child.kill(signal);
      }
      assert.equal((await child.status).code, code);
      await reader.cancel();
    }
    await Deno.remove(path);
  },
});
