/** The text in the records of a run and of its dataset, each spoilt at one place and sealed again. */
import { basename, join } from "node:path";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import { formatSealed } from "../../../pipeline/files/sealed.ts";
import type { TrainedRun } from "../trained_run.ts";
import { callWithCanary } from "./call.ts";
import { type Canary, TEXT } from "./canary.ts";

/** A record, and what reads it. */
interface Read {
  readonly path: string;
  readonly command: readonly string[];
  /** Every so many places are spoilt. */
  readonly stride: number;
}

/** A value with the text in each place of it, one after another: in every value, in every key. */
function* spoil(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    // The others are like the first.
    for (const first of value.slice(0, 1)) {
      for (const spoilt of spoil(first)) yield value.with(0, spoilt);
    }
  } else if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    for (const [at, [key, inner]] of entries.entries()) {
      for (const spoilt of spoil(inner)) yield { ...value, [key]: spoilt };
      yield Object.fromEntries(entries.with(at, [TEXT, inner]));
    }
  } else {
    yield TEXT;
  }
}

async function walkRecord({ path, command, stride }: Read): Promise<Canary[]> {
  const canaries: Canary[] = [];
  const text = await Deno.readTextFile(path);
  const record = JSON.parse(text);
  const name = basename(path);
  for (const [at, spoilt] of [...spoil(record)].entries()) {
    if (at % stride !== 0) continue;
    const json = JSON.stringify(spoilt);
    const isSealed = "sha256" in record && typeof spoilt === "object";
    await Deno.writeTextFile(path, isSealed ? formatSealed(spoilt as object) : json);
    canaries.push(await callWithCanary(`${name} ${sha256(json).slice(0, 6)}`, command));
  }
  await Deno.writeTextFile(path, `{"text": "${TEXT}"`);
  canaries.push(await callWithCanary(`${name}, no JSON`, command));
  await Deno.writeTextFile(path, text);
  return canaries;
}

/** Each record, in a command that reads it. */
export async function walkRecords({ directory, run, data }: TrainedRun): Promise<Canary[]> {
  const [nowhere, figures] = [join(directory, "nowhere"), join(directory, "figures")];
  const records: readonly Read[] = [
    {
      path: join(run, "config.json"),
      command: ["evaluate", "--run", run, "--data", nowhere],
      stride: 1,
    },
    {
      path: join(data, "manifest.json"),
      command: ["analyze", "--data", data, "--figure", "1", "--out", figures],
      stride: 1,
    },
    {
      path: join(run, "metrics.json"),
      command: ["runs", run],
      stride: 8, // most of it is alike
    },
  ];
  const canaries: Canary[] = [];
  for (const record of records) canaries.push(...await walkRecord(record));
  return canaries;
}
