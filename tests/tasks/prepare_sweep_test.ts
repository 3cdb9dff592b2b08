import { assertEndsAsDocumented, prepareCommand } from "../_support/sweep/commands.ts";
import { noShim, Watch } from "../_support/sweep/shim.ts";

Deno.test(
  "faults 27, 31–32: prepare ends with 137, or with 5 and one line, and given again makes the same bytes" +
    (noShim ? ` (skipped: ${noShim})` : ""),
  { ignore: noShim !== undefined },
  async () => {
    using watch = await Watch.create();
    await assertEndsAsDocumented(
      watch,
      await prepareCommand(watch),
      ({ kind, path }) => kind === "rename" && path.includes("/whole/"),
    );
  },
);
