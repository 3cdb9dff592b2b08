/** Tables of the user's, as `prepare` reads them. */
import type { Format, Rows } from "./formats.ts";

/** A table, and the rest of a command that reads it. */
export interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: Rows;
  /** Columns whose text is what the dataset is made of: its words may be in the vocabulary. */
  readonly texts?: readonly string[] | undefined;
  /** Writes it and those beside it, and returns the command that reads them. */
  readonly command: (content: Uint8Array, folder: string, format: Format) => Promise<string[]>;
}

/** A document for every row: enough of them that a vocabulary comes of it. */
export const IDS: readonly string[] = Array.from({ length: 12 }, (_, at) => `${1001 + at}`);
