/** A corpus of one's own for tests. */
import { join } from "node:path";
import { openCorpus } from "../../pipeline/source/corpus.ts";
import type { CorpusTables } from "../../pipeline/source/corpus_tables.ts";
import { limits, temporary } from "./tiny.ts";

/** File names and what they hold. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Reads a corpus of `files`; `corpus` names its tables by their paths. */
export async function readCorpus(
  files: Files,
  corpus: (path: (name: string) => string) => CorpusTables,
) {
  await using directory = await temporary();
  const path = (name: string) => join(directory.path, name);
  for (const [name, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    await Deno.writeFile(path(name), bytes);
  }
  const source = await openCorpus(corpus(path), limits(path("spill")));
  try {
    const notes = (await Array.fromAsync(source.notes())).flat();
    return { source, notes, ...await source.finish() };
  } finally {
    source.close();
  }
}

/** Reads a corpus of `notes.csv` and `labels.csv`, with further options. */
export function readLabelled(
  notes: string,
  labels: string,
  options: Partial<CorpusTables> = {},
) {
  return readCorpus({ "notes.csv": notes, "labels.csv": labels }, (path) => ({
    notes: [{ path: path("notes.csv") }],
    labels: [{ path: path("labels.csv") }],
    ...options,
  }));
}

/** The codes of each document, `kind code` where the kind is told. */
export function codesById(
  { source }: Awaited<ReturnType<typeof readCorpus>>,
): Record<string, string[]> {
  const name = (code: number) => {
    const { kind, code: written } = source.codes[code]!;
    return kind === "code" ? written : `${kind} ${written}`;
  };
  return Object.fromEntries(
    [...source.assignments].map(([id, codes]) => [id, Array.from(codes, name)]),
  );
}
