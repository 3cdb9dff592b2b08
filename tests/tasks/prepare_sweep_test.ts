import { prepareCommand } from "../_support/sweep/commands.ts";
import { endingTest } from "../_support/sweep/ending.ts";

endingTest(
  "faults 27, 31–32: prepare",
  prepareCommand,
  ({ kind, path }) => kind === "rename" && path.includes("/whole/"),
);
