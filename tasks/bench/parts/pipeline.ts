/**
 * Preparing a dataset, and word vectors.
 *
 * @module
 */
import { IntegrityError } from "../../../pipeline/errors.ts";
import type { StageTime } from "../../cli/progress.ts";
import { compare, comparisonTable } from "../compare.ts";
import { median, spreadOf } from "../measure.ts";
import type { PeerMore, SectionResult } from "../request.ts";
import type { ResultTable } from "../results.ts";
import type { Corpus, Preparing } from "../sections/pipeline.ts";
import type { Session } from "../session.ts";

interface TermsCounted extends PeerMore {
  readonly terms: number;
}

/** `prepare` of a synthetic cohort, by stage, beside one that only reads, tokenises and counts. */
export async function measurePrepare(session: Session): Promise<ResultTable[]> {
  const { more: { noteBytes } } = await session.ours<{ noteBytes: number }>("fixture", "fixture");
  const pair = await session.pair<Preparing, TermsCounted>({
    name: "prepare",
    ours: "prepare",
    theirs: "prepare",
  });
  const pandas = await session.theirs<TermsCounted>("prepare, pandas", "pandas");
  const terms = pair.ours[0]!.more.terms;
  for (const { more } of [...pair.theirs, ...pandas ? [pandas] : []]) {
    sameCount(session, `tokens of the notes by ${more.by}`, terms, more.terms);
  }
  const ours = pair.ours.map(withoutVectors);
  const rows = [compare("prepare without word vectors", { ...pair, ours })];
  if (pandas) {
    rows.push(compare("prepare, pandas there (for information)", { ours, theirs: [pandas] }));
  }
  return [comparisonTable(rows), describeStages(noteBytes, pair.ours)];
}

/** Word2vec: five passes over a made-up corpus. */
export async function measureWord2vec(session: Session): Promise<ResultTable[]> {
  const pair = await session.pair<Corpus, Corpus & PeerMore>({
    name: "word2vec",
    ours: "word2vec",
    theirs: "word2vec",
  });
  const { tokens, words } = pair.ours[0]!.more, theirs = pair.theirs[0]?.more;
  if (theirs) {
    sameCount(session, "words of the corpus", tokens, theirs.tokens);
    sameCount(session, "word vectors", words, theirs.words);
  }
  const probes = (results: readonly SectionResult<Corpus>[]) =>
    spreadOf(results.map(({ more: { probe } }) => probe));
  return [comparisonTable([compare("word2vec, 5 passes", pair)]), {
    title: "Word vectors: related words nearer to each other than to unrelated ones",
    columns: [
      { key: "by", head: "trained by", unit: "text" },
      { key: "probe", head: "of 2,000 triples (50% by chance)", unit: "percent" },
    ],
    rows: [
      { by: "this project", probe: probes(pair.ours) },
      ...theirs ? [{ by: theirs.by, probe: probes(pair.theirs) }] : [],
    ],
  }];
}

function sameCount(session: Session, what: string, ours: number, theirs: number): void {
  if (ours === theirs) return;
  session.fail(
    new IntegrityError(`counting ${what}: ours ${ours}, Python's ${theirs}; expected the same`),
  );
}

/** The whole less the stage that another part compares. */
export function withoutVectors(result: SectionResult<Preparing>): SectionResult<Preparing> {
  const vectors = result.more.stages.filter(({ stage }) => stage === "word vectors");
  const saved = vectors.reduce((sum, { seconds }) => sum + seconds, 0);
  return { ...result, seconds: result.seconds.map((seconds) => seconds - saved) };
}

function describeStages(
  noteBytes: number,
  results: readonly SectionResult<Preparing>[],
): ResultTable {
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
