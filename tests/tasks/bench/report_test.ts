import assert from "node:assert/strict";
import { formatAligned, formatBench, formatCell } from "../../../tasks/bench/report.ts";

const report = {
  machine: { model: "Processor", processors: 2, memory: 8e9, engine: "TensorFlow" },
  tables: [{
    title: "Speed",
    columns: [
      { key: "work", head: "work", unit: "text" },
      { key: "here", head: "here", unit: "seconds" },
      { key: "python", head: "Python", unit: "seconds" },
      { key: "peak", head: "peak memory", unit: "bytes" },
    ],
    rows: [
      { work: "step", here: { median: 3.912, least: 3.9, greatest: 4.1 }, peak: 1.5e9, hidden: 7 },
      { work: "start", here: { median: 0.4, least: 0.4, greatest: 0.4 } },
    ],
  }],
  failures: ["running section step of the peer: it said nothing"],
} as const;

Deno.test("numbers have as many digits as they are worth, in the unit of their median", () => {
  const expected: [Parameters<typeof formatCell>, string][] = [
    [["yes", "text"], "yes"],
    [[undefined, "seconds"], ""],
    [[0.0014, "seconds"], "1.4 ms"],
    [[0.0923, "seconds"], "92 ms"],
    [[3.912, "seconds"], "3.91 s"],
    [[264.4, "seconds"], "264 s"],
    [[{ median: 0.09, least: 0.0851, greatest: 0.13 }, "seconds"], "90 ms (85–130)"],
    [[{ median: 2, least: 2.001, greatest: 2.002 }, "seconds"], "2.00 s"],
    [[1.195e9, "bytes"], "1.20 GB"],
    [[14970516, "count"], "14,970,516"],
    [[4099.6, "count"], "4,100"],
    [[98.24e9, "gigaflops"], "98.2"],
    [[{ median: 0.712, least: 0.69, greatest: 0.731 }, "percent"], "71% (69–73)"],
    [[{ median: 1.84, least: 1.7, greatest: 1.9 }, "ratio"], "1.8 (1.7–1.9)"],
    [[10.7, "ratio"], "11"],
  ];
  for (const [[value, unit], text] of expected) assert.equal(formatCell(value, unit), text);
});

Deno.test("columns are aligned, names to the left and numbers to the right", () => {
  const table = { title: "Ages", columns: ["who", "years"], rows: [["Ann", "7"], ["Bo", "103"]] };
  assert.equal(formatAligned(table), "Ages\n  who  years\n  Ann      7\n  Bo     103");
});

Deno.test("a report begins with the machine and leaves out columns that nothing fills", () => {
  assert.equal(
    formatBench(report, "aligned"),
    [
      "2 × Processor, 8.00 GB; TensorFlow",
      "",
      "Speed",
      "  work                 here  peak memory",
      "  step   3.91 s (3.90–4.10)      1.50 GB",
      "  start              0.40 s",
    ].join("\n"),
  );
});

Deno.test("Markdown holds the same cells", () => {
  assert.equal(
    formatBench(report, "markdown"),
    [
      "2 × Processor, 8.00 GB; TensorFlow",
      "",
      "### Speed",
      "",
      "| work  |               here | peak memory |",
      "| :---- | -----------------: | ----------: |",
      "| step  | 3.91 s (3.90–4.10) |     1.50 GB |",
      "| start |             0.40 s |             |",
    ].join("\n"),
  );
});

Deno.test("JSON keeps numbers as they are, and what failed", () => {
  const { machine, tables, failures } = JSON.parse(formatBench(report, "json"));
  assert.deepEqual(machine, report.machine);
  assert.deepEqual(tables, [{ title: "Speed", rows: report.tables[0].rows }]);
  assert.deepEqual(failures, report.failures);
});
