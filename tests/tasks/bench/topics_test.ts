import assert from "node:assert/strict";
import { topics } from "../../../tasks/bench/topics.ts";

Deno.test("every topic has a name of its own", () => {
  const names = topics.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
});
