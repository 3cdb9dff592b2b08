/**
 * `--models`: some of an experiment's rows, and systems that it has no row for.
 *
 * @module
 */
import { nearest } from "../../model/config/nearest.ts";
import { UsageError } from "../../pipeline/errors.ts";
import { type Experiment, type ExperimentRow, systemRows } from "./experiments.ts";

/**
 * A copy of an experiment with some of its rows, in its own order. A name is a row's, or what `--model`
 * and `--base` call a system; a system that has no row gets one.
 *
 * @throws {UsageError} where a name is neither.
 */
export function selectRows(experiment: Experiment, names: readonly string[]): Experiment {
  const chosen = names.flatMap((name) => rowsNamed(experiment, name));
  const own = experiment.rows.filter((row) => chosen.includes(row));
  const added = chosen.filter((row) => !experiment.rows.includes(row));
  return { ...experiment, rows: [...own, ...new Set(added)] };
}

function rowsNamed({ id, rows }: Experiment, name: string): readonly ExperimentRow[] {
  const attempts = [
    rows.filter((row) => row.name === name),
    rows.filter(({ request }) => request.model === name && Object.keys(request).length === 1),
    rows.filter(({ request }) => request.model === name || request.base === name),
    systemRows.filter((row) => row.name === name || row.request.model === name),
  ];
  const found = attempts.find(({ length }) => length > 0);
  if (found) return found;
  const titles = rows.map((row) => row.name);
  const others = systemRows.filter((row) => !titles.includes(row.name));
  const known = [...titles, ...systemRows.map(({ request }) => request.model!)];
  throw new UsageError(
    `reading --models, ${JSON.stringify(name)}: ` +
      `${id} has no such row and there is no such system; ` +
      `expected some of ${
        [...titles, ...others.map(({ request }) => request.model)].join(", ")
      }; ` +
      `the nearest is ${nearest(name, known)}`,
  );
}
