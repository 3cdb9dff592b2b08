import assert from "node:assert/strict";
import { ResourceError } from "../../../pipeline/errors.ts";
import { runPeer, runWork } from "../../../tasks/bench/process.ts";
import { metricsWork } from "../../../tasks/bench/metrics.ts";
import { tinyRequest, writeWork } from "../../_support/fake_work.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("work is told its name and the request, and its last line is its answer", async () => {
  await inFolder(async (folder) => {
    const code = `
      const [name, request] = Deno.args;
      console.log("beginning");
      const more = name + " " + JSON.parse(request).rows;
      console.log(JSON.stringify({ seconds: [2, 3], peak: 5, more }));
    `;
    const work = await writeWork(folder, "count", code);
    const result = await runWork(work, tinyRequest(folder));
    assert.deepEqual(result, { seconds: [2, 3], peak: 5, more: "count 100" });
  });
});

Deno.test("a topic's file answers with its times, its peak memory and what it found", async () => {
  await inFolder(async (folder) => {
    const { seconds, peak, more } = await runWork(metricsWork, tinyRequest(folder));
    assert.equal(seconds.length, 1);
    assert.ok(peak > 1e7 && peak < 1e9, `${peak} bytes`);
    assert.ok(more.values["micro_auc"]! > 0.5 && more.withIntervals > 0);
  });
});

for (
  const [what, code, expected] of [
    [
      "fails",
      'console.error("first"); console.error("no memory"); Deno.exit(3)',
      "ended with code 3, expected a result: no memory",
    ],
    [
      "says nothing",
      "",
      "ended with code 0, expected a result: it said nothing; memory may have run out",
    ],
    [
      "answers and then fails",
      'console.log("{}"); Deno.exit(1)',
      "ended with code 1, expected a result: it said nothing; memory may have run out",
    ],
  ] as const
) {
  Deno.test(`work that ${what} is an error of one line`, async () => {
    await inFolder(async (folder) => {
      const work = await writeWork(folder, "count", code);
      const message = `running section count: ${expected}`;
      await assert.rejects(runWork(work, tinyRequest(folder)), (error) => {
        assert.ok(error instanceof ResourceError);
        assert.equal(error.message, message);
        return true;
      });
    });
  });
}

Deno.test("a peer's Python that cannot be started is an error that names it", async () => {
  const peer = { name: "step", script: "file:///nowhere/step.py" };
  await assert.rejects(
    runPeer(peer, tinyRequest("/nowhere"), "/nowhere/python"),
    /^ResourceError: running section step of the peer: \/nowhere\/python cannot be started: /,
  );
});
