import { assertReadAsPython } from "../_support/drawn_tables.ts";

const TABLES = 500;
const SEEDS = 40;

Deno.test(`${TABLES * SEEDS} tables are read as Python's csv reads them, or refused`, async () => {
  let read = 0;
  for (let seed = 1; seed <= SEEDS; seed++) read += await assertReadAsPython(TABLES, seed);
  console.log(`${TABLES * SEEDS} tables, ${read} read`);
});
