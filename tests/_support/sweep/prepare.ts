/** `prepare` to be swept: a small MIMIC-III, with or without datasets to be replaced. */
import { join } from "node:path";
import { prepareDataset } from "../../../pipeline/prepare/prepare.ts";
import { exists } from "../../../pipeline/files/read.ts";
import { copyFolder } from "../copy_folder.ts";
import { digests, tinyMimic } from "../prepare.ts";
import type { Watch } from "./shim.ts";
import type { Subject } from "./sweep.ts";

/** Datasets made anew, or in others' place; where that takes two steps, these alone are swept. */
export async function prepareSubject(
  watch: Watch,
  of: "new" | "replaced" | "replaced in two steps",
): Promise<Subject> {
  await using tiny = await tinyMimic();
  const mimic = join(watch.outside, "mimic");
  copyFolder(tiny.path, mimic);
  const out = join(watch.folder, "data");
  const make = async (seed: number) => {
    const input = { kind: "mimic3", directory: mimic, ccs: mimic } as const;
    await prepareDataset({ ...tiny.options, input, out, seed, replace: true });
  };
  await make(2);
  const whole = [JSON.stringify(await digests(out))];
  await make(1);
  if (of !== "new") whole.push(JSON.stringify(await digests(out)));
  const earlier = join(watch.outside, "data");
  copyFolder(out, earlier);
  return {
    prepare: () => {
      if (of !== "new") copyFolder(earlier, out);
      return Promise.resolve();
    },
    work: () => make(2),
    result: () => digests(out),
    inspect: async () => {
      const away = join(watch.folder, ".data.making/old");
      const isAway = of === "replaced in two steps" && !await exists(out);
      const place = isAway ? away : out;
      if (!await exists(place)) return of === "new" ? undefined : "the datasets are gone";
      const isWhole = whole.includes(JSON.stringify(await digests(place)));
      return isWhole ? undefined : "the datasets are neither the old nor the new";
    },
    leftovers: async () => {
      const names = (await Array.fromAsync(Deno.readDir(watch.folder))).map(({ name }) => name);
      return names.filter((name) => name !== "data");
    },
    isSwept: ({ kind, path }) =>
      of !== "replaced in two steps" || kind === "rename" && /^data$|old$/.test(path),
    noSwaps: of === "replaced in two steps",
  };
}
