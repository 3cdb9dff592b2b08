import { assertEndsAtAnyMoment, prepareCommand, trainCommand } from "../_support/sweep/commands.ts";
import { Watch } from "../_support/sweep/shim.ts";

const MOMENTS = 100; // of each command

for (const [name, create] of [["train", trainCommand], ["prepare", prepareCommand]] as const) {
  Deno.test(`${name}, ended at ${MOMENTS} random moments, makes the same bytes again`, async () => {
    using watch = await Watch.create();
    const counts = await assertEndsAtAnyMoment(watch, await create(watch), MOMENTS);
    console.log(`${name}: ${MOMENTS} moments, ${JSON.stringify(counts)}`);
  });
}
