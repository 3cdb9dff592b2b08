/**
 * The tests mirror the tree: tests/PATH_test.ts and, where these are many, tests/PATH_WHAT_test.ts test
 * PATH.ts. No file runs in no test.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { importsOf, readSources, type Sources } from "./_support/rooms.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const sources = await readSources(root, ["pipeline", "model", "tasks", "fixtures"]);
const tests = await readSources(root, ["tests"]);

/** Tests of no single file, and what they test. */
const ofNoFile: { readonly [test: string]: string } = {
  "tests/bad_paths_test.ts": "every command",
  "tests/canary_test.ts": "every command",
  "tests/documentation_test.ts": "the whole tree",
  "tests/faults_test.ts": "docs/faults.md and the tests",
  "tests/fuzz_test.ts": "every reader of files",
  "tests/guards/guards_test.ts": "the guards of the whole tree",
  "tests/interop/exports_test.ts": "exports.py, and every system's export",
  "tests/interop/notebook_test.ts": "docs/explore.ipynb",
  "tests/interop/origins_test.ts": "fixtures/golden",
  "tests/interop/reproduce_predictions_test.ts": "the Python beside it",
  "tests/interop/tensorboard_events_test.ts": "the Python beside it",
  "tests/mirror_test.ts": "the whole tree",
  "tests/model/engine/native_memory_test.ts": "the C++ of engine/native",
  "tests/model/zoo/dropout_test.ts": "every system",
  "tests/model/zoo/first_weights_test.ts": "every system",
  "tests/model/zoo/goldens_test.ts": "every system",
  "tests/model/zoo/learning_test.ts": "every system",
  "tests/model/zoo/mdbert/pretrained_test.ts":
    "MDBERT from a checkpoint that is fetched on request",
  "tests/model/zoo/parameters_test.ts": "every system",
  "tests/model/zoo/releases_test.ts": "every system",
  "tests/model/zoo/tensor_names_test.ts": "docs/tensor_names.md and every system",
  "tests/readme_test.ts": "README.md and docs",
  "tests/resplits/resplits_test.ts": "the resplits of docs/trust.md, beside it",
  "tests/rooms_test.ts": "the whole tree",
  "tests/scaling/scaling_test.ts": "the measurements of docs/scaling.md, beside it",
  "tests/scripts/slurm/parts_test.ts": "the scripts of scripts/slurm for parts",
  "tests/tasks/bench/peers_test.ts": "the Python of tasks/bench/peers",
  "tests/tasks/permissions_test.ts": "deno.json's commands",
};

/** Files that no test imports: below the test that runs them, by way of what it imports. */
const runBy: { readonly [test: string]: readonly string[] } = {
  "tests/model/run/train_run_ranks_test.ts": ["model/run/begin_run.ts"],
  "tests/tasks/launch/mpi_test.ts": ["tasks/launch/compile_mpi.ts"],
  "tests/fixtures/mimic3/catalogue_test.ts": [
    "fixtures/mimic3/conditions.ts",
    "fixtures/mimic3/invented.ts",
  ],
  "tests/fixtures/mimic3/discharge_test.ts": [
    "fixtures/mimic3/evidence.ts",
    "fixtures/mimic3/filler.ts",
  ],
  "tests/fixtures/mimic3/fixture_test.ts": [
    "fixtures/mimic3/codes.ts",
    "fixtures/mimic3/csv.ts",
    "fixtures/mimic3/dates.ts",
    "fixtures/mimic3/notes.ts",
    "fixtures/mimic3/ward_notes.ts",
  ],
  "tests/model/metrics/bootstrap/intervals_test.ts": ["model/metrics/bootstrap/macro_auc.ts"],
  "tests/model/metrics/evaluate_test.ts": ["model/metrics/sample.ts"],
  // All numbers of these files are compared with the models', as onnxruntime computes them.
  "tests/model/onnx/encode_test.ts": [
    "model/onnx/graph.ts",
    "model/onnx/layers/conv.ts",
    "model/onnx/layers/embedding.ts",
    "model/onnx/layers/label_attention.ts",
    "model/onnx/layers/linear.ts",
    "model/onnx/layers/norm.ts",
    "model/onnx/layers/pool.ts",
    "model/onnx/layers/ram.ts",
    "model/onnx/layers/recurrent.ts",
    "model/onnx/layers/residual_conv.ts",
    "model/onnx/layers/self_attention.ts",
    "model/onnx/positions.ts",
    "model/onnx/schema.ts",
    "model/onnx/systems/bigru.ts",
    "model/onnx/systems/blocks.ts",
    "model/onnx/systems/caml.ts",
    "model/onnx/systems/cnn.ts",
    "model/onnx/systems/fusion.ts",
    "model/onnx/systems/laat.ts",
    "model/onnx/systems/marn.ts",
    "model/onnx/systems/multi_res_cnn.ts",
  ],
  // All numbers of these files are compared with PyTorch's.
  "tests/model/zoo/goldens_test.ts": [
    "model/zoo/bigru.ts",
    "model/zoo/cnn.ts",
    "model/zoo/fusion.ts",
    "model/zoo/heads.ts",
    "model/zoo/mdbert/encoders.ts",
    "model/zoo/mt_ram.ts",
    "model/zoo/single_task.ts",
  ],
  "tests/pipeline/dataset/read_split_test.ts": ["pipeline/dataset/collate_worker.ts"],
  "tests/pipeline/prepare/parts/merge_parts_test.ts": [
    "pipeline/prepare/parts/part_lines.ts",
    "pipeline/prepare/parts/write_part.ts",
  ],
  "tests/pipeline/prepare/prepare_test.ts": [
    "pipeline/prepare/open_codes.ts",
    "pipeline/prepare/plan.ts",
    "pipeline/prepare/tokenise_notes.ts",
    "pipeline/prepare/write_dataset.ts",
    "pipeline/prepare/write_datasets.ts",
  ],
  "tests/pipeline/prepare/statistics_test.ts": ["pipeline/codes/frequency_bands.ts"],
  "tests/pipeline/source/corpus_test.ts": [
    "pipeline/source/corpus_codes.ts",
    "pipeline/source/corpus_notes.ts",
  ],
  "tests/pipeline/source/corpus_labels_test.ts": ["pipeline/source/label_collector.ts"],
  "tests/pipeline/source/csv_scan_test.ts": ["pipeline/source/utf8_check.ts"],
  "tests/pipeline/source/inspect_test.ts": ["pipeline/source/inspect_worker.ts"],
  "tests/pipeline/source/plain_copy_test.ts": [
    "pipeline/source/json_table.ts",
  ],
  "tests/pipeline/source/mimic3_codes_test.ts": ["pipeline/source/mimic3_assignments.ts"],
  "tests/pipeline/text/token_store_test.ts": [
    "pipeline/text/stored_texts.ts",
    "pipeline/text/token_thread.ts",
    "pipeline/text/token_worker.ts",
  ],
  "tests/tasks/analyze_test.ts": ["tasks/analyze/make_figure.ts"],
  "tests/tasks/audit_test.ts": [
    "tasks/audit/flags.ts",
    "tasks/audit/list.ts",
    "tasks/audit/measure.ts",
    "tasks/audit/measured.ts",
    "tasks/audit/read_coded_notes.ts",
    "tasks/audit/work.ts",
  ],
  "tests/tasks/bench_test.ts": [
    "tasks/bench/inference.ts",
    "tasks/bench/linear.ts",
    "tasks/bench/memory.ts",
    "tasks/bench/start.ts",
    "tasks/bench/step.ts",
    "tasks/bench/step_parts.ts",
  ],
  "tests/tasks/cli/train_progress_test.ts": ["tasks/cli/bar.ts"],
  "tests/tasks/compare_test.ts": ["tasks/compare/flags.ts"],
  "tests/tasks/demo_test.ts": ["tasks/demo/flags.ts", "tasks/demo/run.ts"],
  "tests/tasks/evaluate_test.ts": ["tasks/evaluate/flags.ts", "tasks/cli/engine.ts"],
  "tests/tasks/export_test.ts": [
    "model/export/description.ts",
    "model/export/export_run.ts",
    "tasks/export/format_option.ts",
    "tasks/export/readme.ts",
  ],
  "tests/tasks/monitor_test.ts": ["model/run/observe.ts"],
  "tests/tasks/predict/bulk_test.ts": ["tasks/predict/pace.ts"],
  "tests/tasks/predict/outlets_test.ts": [
    "model/run/audit_entry.ts",
    "tasks/predict/flags.ts",
    "tasks/report/write_note_page.ts",
  ],
  "tests/tasks/prepare_test.ts": ["tasks/prepare/flags.ts"],
  "tests/tasks/report/report_evidence_test.ts": ["model/run/evaluate_evidence.ts"],
  "tests/tasks/report/page/report_page_test.ts": ["tasks/report/page/sections.ts"],
  "tests/tasks/reproduce_test.ts": [
    "tasks/experiment/conduct.ts",
    "tasks/experiment/conditions.ts",
    "tasks/experiment/flags.ts",
    "tasks/experiment/report.ts",
    "tasks/experiment/announce.ts",
    "tasks/experiment/endings.ts",
    "tasks/experiment/execute.ts",
    "tasks/reproduce/flags.ts",
    "tasks/experiment/run_missing.ts",
    "tasks/reproduce/tables.ts",
  ],
  "tests/tasks/launch/array_test.ts": ["tasks/experiment/array.ts"],
  "tests/tasks/sweep_test.ts": ["tasks/sweep/flags.ts", "tasks/experiment/planned.ts"],
  "tests/tasks/serve_test.ts": ["tasks/serve/flags.ts"],
  "tests/tasks/serve/app_test.ts": [
    "tasks/serve/api_page.ts",
    "tasks/serve/schemas.ts",
  ],
  "tests/tasks/train_test.ts": ["tasks/train/flags.ts"],
};

/** What each file has run when it runs: all that it imports but for types. */
const edges = Map.groupBy(
  importsOf(withoutTypes(new Map([...sources, ...tests]))),
  ({ from }) => from,
);

/** The file that a test tests by its name: of several the one with the longest. */
function sourceOf(test: string): string | undefined {
  let name = test.replace(/^tests\/(.*)_test\.ts$/, "$1");
  while (!sources.has(`${name}.ts`) && /_[^/]*$/.test(name)) name = name.replace(/_[^_/]*$/, "");
  return sources.has(`${name}.ts`) ? `${name}.ts` : undefined;
}

const testFiles = [...tests.keys()].filter((path) => path.endsWith("_test.ts"));
const indirect = new Map(
  Object.entries(runBy).flatMap(([test, files]) => files.map((file) => [file, test])),
);

/** Sources as they run: without comments and without imports of types alone. */
function withoutTypes(sources: Sources): Sources {
  const types = /^import (type [^;]*|\{\s*(type [^,}]*,?\s*)+\} from "[^"]*");$/gm;
  return new Map([...sources].map(([path, text]) => [path, text.replace(types, "")]));
}

/**
 * The files that a file names when it runs. A test that starts a command names its task, and one that
 * starts a script resolves what that imports.
 */
function namedBy(path: string): string[] {
  const text = tests.get(path) ?? "";
  const commands = text.matchAll(/\b(?:command|(?:run|start)Task)\(\s*"(\w+)"/g);
  const resolved = text.matchAll(/\bresolve\("(\w[^"]*\.ts)"\)/g);
  return [
    ...(edges.get(path) ?? []).map(({ to }) => to),
    ...[...commands].flatMap(([, verb]) => [`tasks/${verb}.ts`, "tasks/launch/launch.ts"]),
    ...[...resolved].map(([, file]) => file!),
  ];
}

/** All files that run when one does, itself included. */
function reachedFrom(path: string): Set<string> {
  const reached = new Set([path]);
  for (const file of reached) namedBy(file).forEach((next) => reached.add(next));
  return reached;
}

/** Whether a file declares types alone, which the compiler checks. */
function isTypes(path: string): boolean {
  return !/^(export )?(abstract )?(async )?(const|let|function|class|await|if|for)\b/m
    .test(sources.get(path)!);
}

Deno.test("every test bears the name of the file that it tests", () => {
  const nameless = testFiles.filter((test) => sourceOf(test) === undefined);
  assert.deepEqual(nameless, Object.keys(ofNoFile));
});

Deno.test("every test runs the file whose name it bears", () => {
  const others = testFiles.filter((test) => {
    const source = sourceOf(test);
    return source !== undefined && !reachedFrom(test).has(source);
  });
  assert.deepEqual(others, []);
});

Deno.test("every file is tested by a test of its name, by one that imports it, or as listed", () => {
  const tested = new Set(testFiles.flatMap((test) => [...namedBy(test), sourceOf(test)]));
  const untested = [...sources.keys()].filter((path) => !tested.has(path) && !isTypes(path));
  assert.deepEqual(untested, [...indirect.keys()].sort());
});

Deno.test("every test runs the files that it is listed to run", () => {
  const missed = Object.entries(runBy).flatMap(([test, files]) => {
    const reached = reachedFrom(test);
    return files.filter((file) => !tests.has(test) || !reached.has(file))
      .map((file) => `${test} does not run ${file}`);
  });
  assert.deepEqual(missed, []);
});

Deno.test("every support file is imported by a test", () => {
  const imported = new Set(testFiles.flatMap((test) => [...reachedFrom(test)]));
  const support = [...tests.keys()].filter((path) => path.startsWith("tests/_support/"));
  assert.deepEqual(support.filter((path) => !imported.has(path)), []);
});

Deno.test("a test of one file among several says behind the file's name what it is of", () => {
  assert.deepEqual(
    [
      "tests/model/loss_test.ts",
      "tests/model/loss_at_infinity_test.ts",
      "tests/pipeline/text/token_store_test.ts", // there is a tokens.ts, and no token.ts
      "tests/model/losses_test.ts",
    ].map(sourceOf),
    ["model/loss.ts", "model/loss.ts", "pipeline/text/token_store.ts", undefined],
  );
});

Deno.test("an import of types alone runs nothing", () => {
  const text = [
    'import type { A } from "./a.ts";',
    'import type {\n  B,\n  C,\n} from "./b.ts";',
    'import { type D, type E } from "./d.ts";',
    'import { type F, g } from "./f.ts";',
    'import "./h.ts";',
  ].join("\n");
  const found = importsOf(withoutTypes(new Map([["x/y.ts", text]])));
  assert.deepEqual(found.map(({ to }) => to), ["x/f.ts", "x/h.ts"]);
});
