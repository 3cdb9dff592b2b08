import assert from "node:assert/strict";
import { standInNote } from "../../../tasks/cli/stand_in.ts";

Deno.test("fault 77: what stands in for a best epoch is said with the metric that has none", () => {
  assert.match(standInNote("macro_auc"), /^dev macro_auc was undefined .* of the latest epoch$/);
});
