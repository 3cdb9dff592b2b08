/** Calls `prepare` on files that hold the text. */
import { join } from "node:path";
import { callWithCanary } from "./call.ts";
import type { Canary } from "./canary.ts";

/** What makes do with few documents. */
const SMALL = ["--threads", "1", "--min-documents", "1", "--allow-loss", "--max-uncovered", "1"];

/** Where the text is, and how it comes there. */
export interface Input {
  readonly where: string;
  /** Writes the files into a folder, and returns the command that reads them. */
  readonly write: (folder: string) => Promise<readonly string[]>;
  /** Whether the text is one of those that the dataset is made of. */
  readonly isNote?: boolean | undefined;
}

/** Prepares a dataset in a folder of its own below `workplace`, which is then removed. */
export async function walkPrepare(
  workplace: string,
  { where, write, isNote }: Input,
): Promise<Canary> {
  const folder = await Deno.makeTempDir({ dir: workplace });
  const out = join(folder, "out");
  await Deno.mkdir(out);
  const args = [...await write(folder), ...SMALL, "--out", out];
  const canary = await callWithCanary(where, args, { out, isNote });
  await Deno.remove(folder, { recursive: true });
  return canary;
}
