/**
 * The labels of a run by codes as people write them.
 *
 * @module
 */
import { CodeTable } from "../../pipeline/codes/code_table.ts";
import type { Label } from "../../pipeline/schema.ts";

/** Finds the labels of a case's codes. */
export interface LabelFinder {
  /** Indices of the codes' labels: distinct, ascending. */
  places(codes: readonly string[]): Int32Array;
  /** Those codes that are no label. */
  strange(codes: readonly string[]): string[];
}

/** A finder of labels by code: as it stands in the list, else in the one spelling that the list has. */
export function createLabelFinder(labels: readonly Label[]): LabelFinder {
  const table = new CodeTable<number>();
  labels.forEach(({ code }, index) => table.set("code", code, index));
  const find = (code: string) => table.get("code", code);
  return {
    places: (codes) => Int32Array.from(new Set(codes.flatMap((code) => find(code) ?? []))).sort(),
    strange: (codes) => codes.filter((code) => find(code) === undefined),
  };
}
