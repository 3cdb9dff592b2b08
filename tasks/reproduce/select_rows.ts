/**
 * `--models`: some of an experiment's rows, and systems that it has no row for.
 *
 * @module
 */
import { nearest } from "../../pipeline/text/nearest.ts";
import { quoted, UsageError } from "../../pipeline/errors.ts";
import type { Experiment, ExperimentRow } from "../experiment/experiment.ts";
import { systemRows } from "./rows.ts";

/**
 * A copy of an experiment with some of its rows, in its own order. A name is a row's, or what `--model`
 * and `--base` call a system; a system that has no row gets one, trained as its own authors did.
 *
 * @param names joined by commas.
 * @throws {UsageError} where a name is neither.
 */
export function selectRows(experiment: Experiment, names: string): Experiment {
  const chosen = splitNames(names, experiment).flatMap((name) => rowsNamed(experiment, name));
  const own = experiment.rows.filter((row) => chosen.includes(row));
  const added = chosen.filter((row) => !experiment.rows.includes(row));
  return { ...experiment, rows: [...own, ...new Set(added)] };
}

/** The names between commas; a row's own name may hold one. */
function splitNames(text: string, { rows }: Experiment): string[] {
  const parts = text.split(",").map((part) => part.trim());
  return parts.flatMap((part, at) => {
    const isRow = (first: string | undefined, second: string | undefined) =>
      rows.some(({ name }) => name === `${first}, ${second}`);
    if (isRow(parts[at - 1], part)) return [];
    return isRow(part, parts[at + 1]) ? [`${part}, ${parts[at + 1]}`] : [part];
  });
}

function rowsNamed({ id, rows }: Experiment, name: string): readonly ExperimentRow[] {
  const attempts = [
    rows.filter((row) => row.name === name),
    rows.filter(({ request }) => request.model === name && isSystemAlone(request)),
    rows.filter(({ request, base }) => [request.model, request.base, base].includes(name)),
    systemRows.filter((row) => row.name === name || row.request.model === name),
  ];
  const found = attempts.find(({ length }) => length > 0);
  if (found) return found;
  const titles = rows.map((row) => row.name);
  const models = systemRows.map(({ request }) => request.model!);
  const others = titles.filter((title) => systemRows.every((row) => row.name !== title));
  const known = [...models, ...others].map((name) => name.includes(",") ? `"${name}"` : name);
  throw new UsageError(
    `reading --models, ${quoted(name)}: there is no such system, and no such row of ${id}; ` +
      `expected some of ${known.join(", ")}; the nearest is ` +
      nearest(name, [...models, ...titles]),
  );
}

/** Whether a row is a system with nothing changed of it. */
function isSystemAlone({ target: _target, ...request }: ExperimentRow["request"]): boolean {
  return Object.keys(request).join() === "model";
}
