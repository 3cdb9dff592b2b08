/**
 * `deno task test:guards`: takes each guard of pipeline/ and model/ out of a copy of the tree, one at a
 * time, and runs the tests that make it refuse, the quickest first, then those that concern its file. A
 * guard that no test misses is held by none. Prints the score, and each guard that is not held.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createRandom } from "../../pipeline/random.ts";
import { readSources, type Sources } from "../_support/rooms.ts";
import { coveringTests } from "./covering.ts";
import { withoutGuard } from "./find_guards.ts";
import { Findings, type Verdict } from "./findings.ts";
import { Firing } from "./firing.ts";
import { listPlaces, type Place } from "./places.ts";
import { TreeCopy } from "./tree_copy.ts";

const { values } = parseArgs({
  options: {
    /** Only guards of files whose paths begin so. */
    only: { type: "string", default: "" },
    /** So many of them, drawn from a seed. */
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    /** Where findings are kept: what this file says already is not looked for again. */
    resume: { type: "string" },
  },
});

/** The guards that are asked for, in a random order. */
function choose(places: readonly Place[]): Place[] {
  const random = createRandom(Number(values.seed), "guards");
  return places.filter(({ file }) => file.startsWith(values.only))
    .map((place) => ({ place, key: random.below(2 ** 31) }))
    .sort((a, b) => a.key - b.key).map(({ place }) => place)
    .slice(0, values.sample === undefined ? undefined : Number(values.sample));
}

/** The files of tests that may concern the guards that are asked for. */
function testsFor(chosen: readonly Place[], sources: Sources): string[] {
  return [...new Set(chosen.flatMap(({ file }) => coveringTests(file, sources)))];
}

/** Runs each file of tests once that was not, with guards that note that they refuse. */
async function observe(
  copy: TreeCopy,
  sources: Sources,
  { places, tests, findings }: {
    readonly places: readonly Place[];
    readonly tests: readonly string[];
    readonly findings: Findings;
  },
): Promise<void> {
  const firing = new Firing(copy);
  await firing.prepare(places, sources);
  for (const [at, test] of tests.entries()) {
    const found = await firing.observe(test);
    findings.tests.set(test, found);
    await findings.save();
    const failing = found.passes ? "" : ", fails as it is";
    console.log(
      `${at + 1}/${tests.length} ${test}: ${found.seconds} s, ` +
        `${found.fires.length} guards refuse${failing}`,
    );
  }
  for (const file of new Set(places.map(({ file }) => file))) await copy.restore(file);
}

/** Runs tests without a guard until one fails. */
async function judge(copy: TreeCopy, place: Place, tests: readonly string[], findings: Findings) {
  const source = await Deno.readTextFile(`${copy.path}/${place.file}`);
  await copy.write(place.file, withoutGuard(source, place));
  try {
    for (const test of tests) {
      if (!await copy.pass(test, findings.tests.get(test)?.seconds)) {
        return { held: true, by: test };
      }
    }
    return { held: false };
  } finally {
    await copy.restore(place.file);
  }
}

function describe(place: Place, { held, by }: Verdict): string {
  const [line] = place.text.split("\n");
  return `${held ? `held by ${by}` : "not held"}: ${place.file}:${place.line} ${line}`;
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const sources = await readSources(root, ["pipeline", "model", "tasks", "tests"]);
  const places = listPlaces(sources);
  const chosen = choose(places);
  const findings = await Findings.open(values.resume);
  await using copy = await TreeCopy.create(root);
  const tests = testsFor(chosen, sources).filter((test) => !findings.tests.has(test));
  await observe(copy, sources, { places, tests, findings });
  for (const [at, place] of chosen.entries()) {
    if (findings.verdicts.get(place.name)?.held) continue;
    const others = coveringTests(place.file, sources)
      .filter((test) => findings.tests.get(test)?.passes);
    const concerned = new Set([...findings.firing(place.name), ...others]);
    const verdict = await judge(copy, place, [...concerned], findings);
    findings.verdicts.set(place.name, verdict);
    await findings.save();
    console.log(`${at + 1}/${chosen.length} ${describe(place, verdict)}`);
  }
  const held = chosen.filter(({ name }) => findings.verdicts.get(name)?.held).length;
  console.log(`${held} of ${chosen.length} guards (of ${places.length}) are held by a test`);
  Deno.exitCode = held === chosen.length ? 0 : 1;
}
