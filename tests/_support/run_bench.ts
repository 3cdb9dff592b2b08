/**
 * Runs `deno task bench --quick --json` in a process of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** A report as programs read it. */
export interface JsonReport {
  readonly machine: {
    readonly processors: number;
    readonly memory: number;
    readonly engine: string;
  };
  // deno-lint-ignore no-explicit-any
  readonly tables: readonly { readonly title: string; readonly rows: readonly any[] }[];
  readonly failures: readonly string[];
}

const script = fileURLToPath(new URL("../../tasks/bench.ts", import.meta.url));
const permissions = ["read", "write", "env", "sys", "ffi", "run"].map((name) => `--allow-${name}`);

/** Runs it once with small sizes; the report is empty where nothing was printed. */
export async function runBenchTask(args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--no-prompt", ...permissions, script, "--quick", "--json"]
      .concat("--repeats", "1", args),
    env: { NO_COLOR: "1", ...env },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const report: JsonReport = JSON.parse(text(stdout).trim() || '{"tables":[],"failures":[]}');
  return { code, report, stderr: text(stderr) };
}

/** The row of any table whose cell `key` is `value`. */
// deno-lint-ignore no-explicit-any
export function rowOf({ tables }: JsonReport, key: string, value: string): any {
  const row = tables.flatMap(({ rows }) => rows).find((row) => row[key] === value);
  if (!row) throw new Error(`no row whose ${key} is ${value}`);
  return row;
}
