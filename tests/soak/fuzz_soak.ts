import { fuzzReader, READERS } from "../_support/fuzz/all.ts";

const RUNS = 100_000;
const PART = 5000; // what is read without an error is remembered for as long

for (const reader of READERS) {
  Deno.test(`${RUNS} damaged files are read as what they are, or refused: ${reader}`, async () => {
    let read = 0;
    for (let seed = 1; seed <= RUNS / PART; seed++) {
      read += await fuzzReader(reader, { runs: PART, seed });
    }
    console.log(`${reader}: ${RUNS} damaged files, ${read} read without an error`);
  });
}
