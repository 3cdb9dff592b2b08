import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  breachesOf,
  circlesOf,
  homonymsOf,
  importsOf,
  readSources,
  reexportsOf,
} from "./_support/rooms.ts";

/**
 * The rooms, from the ground up. A room is a folder or a file; a file belongs to the longest room
 * above it. A room imports from itself and from lower floors.
 */
const floors = [
  [
    "pipeline/errors.ts",
    "pipeline/random.ts",
    "pipeline/order.ts",
    "pipeline/progress.ts",
  ],
  ["pipeline/files"],
  ["pipeline/schema.ts"],
  ["pipeline/manifest.ts"],
  [
    "pipeline/stage_counter.ts",
    "pipeline/codes",
    "pipeline/text",
    "pipeline/word2vec",
    "pipeline/dataset",
  ],
  ["pipeline/source", "pipeline/lists"],
  ["pipeline/prepare", "model/metrics", "model/engine/native"],
  [
    "pipeline/evidence",
    "fixtures",
    "model/analysis",
    "model/audit",
    "model/baselines",
    "model/engine/install",
  ],
  ["model/engine", "model/calibration", "model/parallel"],
  ["model/loss.ts"],
  ["model/layers"],
  ["model/model.ts", "model/inputs.ts"],
  ["model/system.ts"],
  ["model/zoo"],
  ["model/config", "model/feed.ts", "model/passes.ts"],
  ["model/scoring.ts"],
  ["model/attribution", "model/onnx"],
  ["model/train"],
  ["model/run"],
  ["model/export", "model/fhir"],
  ["tasks/cli", "tasks/charts"],
  ["tasks/pages"],
  ["tasks/report", "tasks/slurm"],
  [
    "tasks/launch",
    "tasks/prepare",
    "tasks/train",
    "tasks/describe",
    "tasks/evaluate",
    "tasks/completion",
    "tasks/demo",
    "tasks/analyze",
  ],
  ["tasks/predict", "tasks/monitor", "tasks/export", "tasks/audit"],
  ["tasks/experiment", "tasks/bench"],
  ["tasks/reproduce", "tasks/runs"],
  ["tasks/compare", "tasks/sweep", "tasks/serve"],
  ["tasks"],
] as const;

const root = fileURLToPath(new URL("../", import.meta.url));
const sources = await readSources(root, ["pipeline", "model", "tasks", "fixtures"]);

Deno.test("every room imports from itself and from lower floors alone", () => {
  assert.deepEqual(breachesOf(sources, floors), []);
});

Deno.test("no file imports itself by way of others", () => {
  assert.deepEqual(circlesOf(sources), []);
});

Deno.test("no file passes on what another defines", () => {
  assert.deepEqual(reexportsOf(sources), []);
});

Deno.test("no two files export the same name", () => {
  assert.deepEqual(homonymsOf(sources), []);
});

for (const folder of ["pipeline", "model"]) {
  Deno.test(`${folder} has at most seven loose files`, () => {
    const loose = [...sources.keys()].filter((path) =>
      path.split("/").length === 2 && path.startsWith(`${folder}/`)
    );
    assert.ok(loose.length <= 7, loose.join());
  });
}

Deno.test("every import leads to a file or a folder that is there", async () => {
  for (const { from, to } of importsOf(sources)) {
    assert.ok(await Deno.stat(`${root}/${to}`).catch(() => undefined), `${from} imports ${to}`);
  }
});

/** The tree with one more line at the end of a file. */
function withLine(path: string, line: string) {
  return new Map(sources).set(path, `${sources.get(path)}\n${line}\n`);
}

for (
  const [what, path, line] of [
    ["a value", "model/layers/linear.ts", 'import { createMarn } from "../zoo/marn.ts";'],
    ["a type", "pipeline/schema.ts", 'import type { Model } from "../model/model.ts";'],
    ["a dynamic import", "model/engine/engine.ts", 'await import("../layers/linear.ts");'],
    [
      "a worker",
      "pipeline/text/tokens.ts",
      'new Worker(new URL("../source/inspect_worker.ts", import.meta.url), { type: "module" });',
    ],
    ["a room beside", "pipeline/codes/ccs.ts", 'import { tokenize } from "../text/tokens.ts";'],
  ] as const
) {
  Deno.test(`the check of floors finds ${what} that climbs`, () => {
    const found = breachesOf(withLine(path, line), floors);
    assert.equal(found.length, breachesOf(sources, floors).length + 1);
    assert.ok(found.some((breach) => breach.startsWith(`${path} imports `)));
  });
}

Deno.test("the check of floors finds a file in no room", () => {
  const found = breachesOf(new Map([["attic/trunk.ts", ""]]), floors);
  assert.deepEqual(found, ["attic/trunk.ts stands in no room"]);
});

Deno.test("the check of circles finds one of three files, once", () => {
  const circle = new Map([
    ["a/b.ts", 'import "./c.ts";'],
    ["a/c.ts", 'await import("./d.ts");'],
    ["a/d.ts", 'import type { B } from "./b.ts";'],
    ["a/e.ts", 'import { b } from "./b.ts";'],
  ]);
  assert.deepEqual(circlesOf(circle), ["a/b.ts → a/c.ts → a/d.ts"]);
});

Deno.test("the check of re-exports finds named ones, all of a file, and types", () => {
  const lines = [
    'export { a } from "./a.ts";',
    'export * from "./a.ts";',
    'export * as a from "./a.ts";',
    'export type { A } from "./a.ts";',
  ];
  for (const line of lines) {
    assert.deepEqual(reexportsOf(new Map([["b.ts", line]])), ["b.ts"], line);
  }
});
