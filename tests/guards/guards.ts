/**
 * `deno task test:guards`: takes the guards of pipeline/ and model/ out of a copy of the tree, one at a
 * time. First each file of tests that concerns them runs once, each test in it again without each guard
 * that it made refuse (`rerun.ts`). A guard that this finds no test for may be one of another process or
 * thread: it is taken out of the source, and the files of tests that concern it run until one fails. A
 * guard that no test misses is held by none. Prints the score, and each guard that is not held.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { sha256 } from "../../pipeline/files/checksum.ts";
import { createRandom } from "../../pipeline/random.ts";
import { readSources, type Sources } from "../_support/rooms.ts";
import { coveringTests } from "./covering.ts";
import { withoutGuard, withSwitches } from "./find_guards.ts";
import { Findings, type Verdict } from "./findings.ts";
import { listPlaces, type Place } from "./places.ts";
import { readNotes, type RerunPlan } from "./rerun_notes.ts";
import { TreeCopy } from "./tree_copy.ts";

/** A file of tests takes no longer with all that is tried in it, in seconds. */
const LONGEST = 600;

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

/** The guards of a tree that are judged, and what is known of them. */
class Judge {
  readonly #copy: TreeCopy;
  readonly #sources: Sources;
  readonly #findings: Findings;

  constructor(copy: TreeCopy, sources: Sources, findings: Findings) {
    this.#copy = copy;
    this.#sources = sources;
    this.#findings = findings;
  }

  /** Runs files of tests, each test again without each of these guards that it made refuse. */
  async rerun(places: readonly Place[], tests: readonly string[]): Promise<void> {
    const names = new Map(places.map(({ file, start, name }) => [`${file}:${start}`, name]));
    const files = new Set(places.map(({ file }) => file));
    for (const file of files) {
      const allowed = ({ start }: { readonly start: number }) => {
        const name = JSON.stringify(names.get(`${file}:${start}`) ?? "");
        return `globalThis.allows?.(${name}) ?? true`; // threads and commands have no such function
      };
      await this.#copy.write(file, withSwitches(this.#sources.get(file)!, allowed));
    }
    for (const [at, test] of tests.entries()) {
      const known = this.#findings.held.length;
      await this.#rerunFile(test);
      const { seconds, passes } = this.#findings.tests.get(test)!;
      const found = this.#findings.held.length - known;
      console.log(
        `${at + 1}/${tests.length} ${test}: ${seconds} s, ${found} more guards are held` +
          (passes ? "" : "; it fails as it is"),
      );
    }
    for (const file of files) await this.#copy.restore(file);
  }

  async #rerunFile(test: string): Promise<void> {
    const notes = join(this.#copy.path, "notes.jsonl");
    const start = performance.now();
    for (let again = true; again;) {
      await Deno.writeTextFile(notes, "");
      const plan: RerunPlan = { notes, known: ["", ...this.#findings.held] };
      const passes = await this.#copy.pass(test, {
        preload: "tests/guards/rerun.ts",
        variables: { MARN_GUARDS: JSON.stringify(plan) },
        seconds: LONGEST,
      });
      const { held, trying } = readNotes(await Deno.readTextFile(notes), passes);
      for (const [guard, name] of held) this.#hold(guard, `${test}: ${name}`);
      if (trying) this.#hold(trying.tries!, `${test}: ${trying.test}, which does not end`);
      again = trying !== undefined;
      const seconds = Math.round((performance.now() - start) / 10) / 100;
      const digest = sha256(this.#sources.get(test)!);
      this.#findings.tests.set(test, { passes: again || passes, seconds, sha256: digest });
    }
    await this.#findings.save();
  }

  #hold(guard: string, by: string): void {
    this.#findings.verdicts.set(guard, { held: true, by });
  }

  /** Takes a guard out and runs files of tests, the quickest first, until one fails. */
  async takeOut(place: Place): Promise<Verdict> {
    const { tests } = this.#findings;
    const concerned = coveringTests(place.file, this.#sources)
      .filter((test) => tests.get(test)?.passes)
      .sort((a, b) => tests.get(a)!.seconds - tests.get(b)!.seconds);
    await this.#copy.write(place.file, withoutGuard(this.#sources.get(place.file)!, place));
    let by: string | undefined;
    for (const test of concerned) if (by === undefined && !await this.#copy.pass(test)) by = test;
    await this.#copy.restore(place.file);
    return { held: by !== undefined, by };
  }
}

if (import.meta.main) {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const sources = await readSources(root, ["pipeline", "model", "tasks", "tests"]);
  const places = listPlaces(sources);
  const chosen = choose(places);
  const findings = await Findings.open(values.resume);
  await using copy = await TreeCopy.create(root);
  const judge = new Judge(copy, sources, findings);
  const covering = chosen.map(({ file }) => coveringTests(file, sources));
  const closest = covering.flatMap((tests) => tests.slice(0, 1));
  const tests = new Set([...closest, ...covering.flat()]);
  const isNew = (test: string) => findings.tests.get(test)?.sha256 !== sha256(sources.get(test)!);
  await judge.rerun(places, [...tests].filter(isNew)); // of all guards: what a file shows is kept
  for (const [at, place] of chosen.entries()) {
    if (findings.verdicts.get(place.name)?.held) continue;
    const verdict = await judge.takeOut(place);
    findings.verdicts.set(place.name, verdict);
    await findings.save();
    const [line] = place.text.split("\n");
    const found = verdict.held ? `held by ${verdict.by}` : "not held";
    console.log(`${at + 1}/${chosen.length} ${found}: ${place.file}:${place.line} ${line}`);
  }
  const names = new Set(findings.held);
  const held = chosen.filter(({ name }) => names.has(name)).length;
  console.log(`${held} of ${chosen.length} guards (of ${places.length}) are held by a test`);
  Deno.exitCode = held === chosen.length ? 0 : 1;
}
