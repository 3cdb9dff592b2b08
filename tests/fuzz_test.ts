import { fuzzReader, READERS } from "./_support/fuzz/all.ts";

const RUNS = 2000; // `deno task test:soak` takes more

for (const reader of READERS) {
  Deno.test(`${RUNS} damaged files are read as what they are, or refused: ${reader}`, async () => {
    await fuzzReader(reader, { runs: RUNS, seed: 12 });
  });
}
