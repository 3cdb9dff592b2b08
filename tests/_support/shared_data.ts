/** Real data that cannot be in the repository: where it lies, and whether it is there. */
import { fileURLToPath } from "node:url";
import { exists } from "../../pipeline/files/read.ts";

/** Folder beside the checkout, with CodiEsp, HCUP's tables and MIMIC-III's demo and split lists. */
const directory = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** Path of a file or folder of it. */
export function sharedPath(path: string): string {
  return directory + path;
}

/** Options of a test that needs some of it: such a test is ignored where that is absent. */
export async function needsShared(...paths: readonly string[]): Promise<{ ignore: boolean }> {
  const present = await Promise.all(paths.map((path) => exists(sharedPath(path))));
  return { ignore: !present.every(Boolean) };
}
