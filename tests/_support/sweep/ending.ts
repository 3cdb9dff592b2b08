/** Tests of commands that are ended by a kill, a full disk or an error of the disk. */
import assert from "node:assert/strict";
import { type Ended, endOf } from "../run_task.ts";
import { begin, type Endable, finish } from "./commands.ts";
import { type Call, type Plan, Watch } from "./shim.ts";
import { sweepTest } from "./register.ts";

/** A test of the endings of a command, at the middle one of the calls that `isWanted`. */
export function endingTest(
  name: string,
  create: (watch: Watch) => Promise<Endable>,
  isWanted: (call: Call) => boolean,
): void {
  sweepTest(
    `${name} ends with 137, or with 5 and one line, and given again makes the same bytes`,
    async () => {
      using watch = await Watch.create();
      await assertEndsAsDocumented(watch, await create(watch), isWanted);
    },
  );
}

/** Runs a command anew, to what a plan makes of it. */
async function endBy(watch: Watch, command: Endable, plan: Plan): Promise<Ended> {
  await begin(watch, command);
  watch.plan(plan);
  return await endOf(command.start(false));
}

/** What a command said ends with one line of an error, and holds no other. */
function assertOneLine({ stderr }: Ended): void {
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines.at(-1)!, /^error: /, stderr);
  assert.equal(lines.filter((line) => line.startsWith("error: ")).length, 1, stderr);
  assert.doesNotMatch(stderr, /^ {4}at /m);
}

/**
 * Ends a command by a kill, a full disk and an error of the disk, each at the middle one of the calls
 * that `isWanted`; it ends with the code that is due, and given again makes the same bytes.
 */
async function assertEndsAsDocumented(
  watch: Watch,
  command: Endable,
  isWanted: (call: Call) => boolean,
): Promise<void> {
  assert.equal((await endBy(watch, command, { action: "count" })).code, 0);
  const wanted = watch.calls().filter(isWanted);
  const { number: at } = wanted[wanted.length >> 1]!;
  const expected = await command.result();
  for (const [action, code] of [["kill", 137], ["fill", 5], ["fail", 5]] as const) {
    const ended = await endBy(watch, command, { action, at });
    watch.plan({ action: "count" });
    assert.equal(ended.code, code, ended.stderr);
    if (code === 5) assertOneLine(ended);
    await finish(command, true);
    assert.deepEqual(await command.result(), expected, action);
  }
}
