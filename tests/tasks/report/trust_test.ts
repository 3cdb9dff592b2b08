import assert from "node:assert/strict";
import type { SystemEvaluation } from "../../../model/run/evaluate_run.ts";
import type { TaskTrust } from "../../../model/run/trust.ts";
import { acceptanceNotes, trustTables } from "../../../tasks/report/trust.ts";

const measured = {
  all: { ece: 0.0123, brier: 0.04, bins: [] },
  groups: { diagnoses: { ece: 0.5, brier: 0.25, bins: [] } },
};
const acceptance = {
  precision: 0.95,
  confidence: 0.9,
  threshold: 0.75,
  splits: {
    test: {
      cases: 1000,
      accepting: 500,
      complete: 250,
      assigned: 4000,
      positives: 5000,
      accepted: 1000,
      right: 980,
      precision: 0.97,
    },
  },
};
const trust: TaskTrust = {
  use: "temperature",
  temperature: 0.8,
  reliability: { test: { none: measured, temperature: measured, isotonic: measured } },
  acceptance,
};

function systemsWith(own: TaskTrust): SystemEvaluation[] {
  return [{ system: "marn", tasks: { icd: { threshold: 0.4, splits: {}, trust: own } } }];
}

Deno.test("calibration is shown by method, then by group", () => {
  const [methods, groups] = trustTables(systemsWith(trust));
  assert.deepEqual(methods!.rows, [
    ["as the model gives them", "1.23", "0.0400"],
    ["at temperature 0.800, in use", "1.23", "0.0400"],
    ["isotonic regression", "1.23", "0.0400"],
  ]);
  assert.deepEqual(groups!.rows, [["diagnoses", "50.00", "0.2500", "50.00", "0.2500"]]);
});

Deno.test("intervals stand behind their values", () => {
  const intervals = { ece: [0.01, 0.0149], brier: [0.03, 0.05] } as const;
  const none = { all: { ...measured.all, intervals }, groups: {} };
  const [methods] = trustTables(systemsWith({ use: "none", reliability: { test: { none } } }));
  assert.deepEqual(methods!.rows, [
    ["as the model gives them, in use", "1.23 (1.00–1.49)", "0.0400 (0.0300–0.0500)"],
  ]);
});

Deno.test("what may be accepted is said with its promise and its shares of test", () => {
  assert.deepEqual(acceptanceNotes(systemsWith(trust)), [
    "ICD codes with a score above 0.750 may be accepted unseen at a precision of 95% (confidence " +
    "90%). On test they are 25.0% of the assigned codes (1,000; 19.6% of the true ones) in 50.0% of " +
    "the cases, and all assigned codes in 25.0%; 97.0% of a case's accepted codes are right in the " +
    "mean, 98.0% of all.",
  ]);
});

Deno.test("where nothing can be promised, that is said", () => {
  const none = { ...trust, acceptance: { ...acceptance, threshold: null, splits: {} } };
  assert.deepEqual(acceptanceNotes(systemsWith(none)), [
    "ICD codes: no threshold on dev keeps a precision of 95% (confidence 90%): none may be accepted " +
    "unseen.",
  ]);
});

Deno.test("a run whose scores were not looked at has no such tables and notes", () => {
  const systems = [{ system: "marn", tasks: { icd: { threshold: 0.4, splits: {} } } }];
  assert.deepEqual([trustTables(systems), acceptanceNotes(systems)], [[], []]);
});
