/**
 * Scripts that stand for the benchmark's work in a process of its own.
 *
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Work } from "../../tasks/bench/process.ts";

/** Work whose process runs `code`. */
export async function writeWork(folder: string, name: string, code: string): Promise<Work<string>> {
  const path = join(folder, `${name}.ts`);
  await Deno.writeTextFile(path, code);
  return {
    name,
    script: pathToFileURL(path).href,
    run: () => Promise.reject(new Error(`${name} ran in this process`)),
  };
}

/** A request of the smallest sizes that exchanges files in `folder`. */
export function tinyRequest(folder: string) {
  const labels = { icd: 3, ccs: 2 };
  return {
    runs: 1,
    budget: 1,
    workload: { documents: 1, tokens: 5, mixed: false, hidden: 4, labels },
    folder,
    rows: 100,
    matrix: { documents: 30, labels: 20 },
  };
}
