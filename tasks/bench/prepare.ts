/**
 * Preparing a dataset of a synthetic MIMIC-III.
 *
 * @module
 */
import { join } from "node:path";
import { writeFixture } from "../../fixtures/mimic3/fixture.ts";
import { prepareDataset } from "../../pipeline/prepare/prepare.ts";
import { showProgress, type StageTime } from "../cli/progress.ts";
import { median, timeOnce } from "./measure.ts";
import { answer, type PeerMore, type PeerWork, type Work, type WorkResult } from "./process.ts";
import { compare, comparisonTable, type ResultTable } from "./results.ts";
import type { BenchSession, Topic } from "./session.ts";

interface TermsCounted extends PeerMore {
  /** Different tokens of all notes. */
  readonly terms: number;
}

const peerOf = (name: string): PeerWork => ({
  name,
  script: import.meta.resolve("./peers/prepare.py"),
});

/** `prepare` of a synthetic cohort, by stage, beside one that only reads, tokenises and counts. */
export const prepareTopic: Topic = { name: "prepare", measure: measurePrepare };

async function measurePrepare(session: BenchSession): Promise<ResultTable[]> {
  const { more: noteBytes } = await session.ours("fixture", fixtureWork);
  const pair = await session.pair<Preparing, TermsCounted>({
    name: "prepare",
    ours: prepareWork,
    theirs: peerOf("prepare"),
  });
  const pandas = await session.theirs<TermsCounted>("prepare, pandas", peerOf("pandas"));
  const { terms } = pair.ours[0]!.more;
  for (const peer of [...pair.theirs, pandas]) {
    if (peer) session.expectSame(`tokens of the notes by ${peer.more.by}`, terms, peer.more.terms);
  }
  const ours = pair.ours.map(withoutVectors);
  const rows = [compare("prepare without word vectors", { ours, theirs: pair.theirs })];
  if (pandas) {
    rows.push(compare("prepare, pandas there (for information)", { ours, theirs: [pandas] }));
  }
  return [comparisonTable(rows), describeStages(noteBytes, pair.ours)];
}

/** The whole less the stage that another topic compares. */
export function withoutVectors(result: WorkResult<Preparing>): WorkResult<Preparing> {
  const vectors = result.more.stages.filter(({ stage }) => stage === "word vectors");
  const saved = vectors.reduce((sum, { seconds }) => sum + seconds, 0);
  return { ...result, seconds: result.seconds.map((seconds) => seconds - saved) };
}

function describeStages(noteBytes: number, results: readonly WorkResult<Preparing>[]): ResultTable {
  const secondsOf = ({ stage }: StageTime) =>
    median(results.map(({ more: { stages } }) => stages.find((s) => s.stage === stage)!.seconds));
  const megabytes = noteBytes / 1e6;
  const rows = results[0]!.more.stages.map((time) => {
    const seconds = secondsOf(time);
    return { stage: time.stage, seconds, rate: megabytes / seconds };
  });
  const whole = median(results.map(({ seconds }) => median(seconds)));
  return {
    title: `prepare by stage, ${megabytes.toFixed(0)} MB of notes`,
    columns: [
      { key: "stage", head: "stage", unit: "text" },
      { key: "seconds", head: "seconds", unit: "seconds" },
      { key: "rate", head: "MB of notes a second", unit: "count" },
    ],
    rows: [...rows, { stage: "whole", seconds: whole, rate: megabytes / whole }],
  };
}

/** Folder of the tables in the exchange folder; the peer reads it too. */
const MIMIC = "mimic";

/** Writes the tables that {@linkcode prepareWork} and its peer read; finds the notes' bytes. */
export const fixtureWork: Work<number> = {
  name: "fixture",
  script: import.meta.url,
  async run({ folder, rows }) {
    let noteBytes = 0;
    const seconds = await timeOnce(async () => {
      ({ noteBytes } = await writeFixture({
        directory: join(folder, MIMIC),
        codes: 2000,
        seed: 1,
        rows,
        admissions: Math.max(200, Math.round(rows / 40)),
      }));
    });
    return { seconds: [seconds], more: noteBytes };
  },
};

/** What preparing told. */
export interface Preparing {
  readonly stages: readonly StageTime[];
  /** Different tokens of all notes. */
  readonly terms: number;
}

/** `prepare`, whole, once: a second time would find the files in memory. */
export const prepareWork: Work<Preparing> = {
  name: "prepare",
  script: import.meta.url,
  async run({ folder }) {
    const mimic = join(folder, MIMIC);
    const lines: string[] = [];
    using progress = showProgress({ terminal: false, write: (line) => lines.push(line) });
    const input = { kind: "mimic3", directory: mimic, ccs: mimic } as const;
    const seconds = await timeOnce(async () => {
      await prepareDataset({ input, out: join(folder, "data"), replace: true }, progress);
    });
    const terms = Number(/^vocabulary: \d+ of (\d+) words/m.exec(lines.join("\n"))?.[1]);
    return { seconds: [seconds], more: { stages: progress.times, terms } };
  },
};

if (import.meta.main) await answer([fixtureWork, prepareWork]);
