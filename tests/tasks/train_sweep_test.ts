import { assertEndsAsDocumented, trainCommand } from "../_support/sweep/commands.ts";
import { noShim, Watch } from "../_support/sweep/shim.ts";

Deno.test(
  "faults 28, 31–32: train ends with 137, or with 5 and one line, and given again makes the same bytes" +
    (noShim ? ` (skipped: ${noShim})` : ""),
  { ignore: noShim !== undefined },
  async () => {
    using watch = await Watch.create();
    await assertEndsAsDocumented(
      watch,
      await trainCommand(watch),
      ({ kind, path }) => kind === "write" && path.includes("last.safetensors"),
    );
  },
);
