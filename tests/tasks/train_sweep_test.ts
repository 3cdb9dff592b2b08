import { trainCommand } from "../_support/sweep/commands.ts";
import { endingTest } from "../_support/sweep/ending.ts";

endingTest(
  "faults 28, 31–32: train",
  trainCommand,
  ({ kind, path }) => kind === "write" && path.includes("last.safetensors"),
);
