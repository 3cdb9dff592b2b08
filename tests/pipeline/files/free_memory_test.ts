import assert from "node:assert/strict";
import { ResourceError } from "../../../pipeline/errors.ts";
import {
  availableMemory,
  memoryLeftInGroups,
  requireFree,
} from "../../../pipeline/files/free_memory.ts";
import { readProcFile } from "../../../pipeline/files/proc.ts";
import { root } from "../../_support/privileges.ts";

/** Left of the limits that these files set. */
function leftOf(files: Readonly<Record<string, string | number>>): number {
  return memoryLeftInGroups((path) => String(files[path] ?? ""));
}

const MB = 1e6;

Deno.test("the memory that is free is some of the machine's", () => {
  const free = availableMemory();
  assert.ok(free > 0 && free <= Deno.systemMemoryInfo().total, `${free}`);
});

Deno.test("fault 33: what is more than the machine's memory is refused, with both sizes and the remedy", () => {
  assert.throws(() => requireFree(1e15, "building the model", "use smaller sizes"), {
    name: ResourceError.name,
    message:
      /^building the model: it takes 1000000\.0 GB of memory and [\d.]+ GB are free; use smaller sizes$/,
  });
  requireFree(1e6, "building the model", "use smaller sizes");
});

Deno.test("without control groups, or without a limit in them, there is no limit", () => {
  assert.equal(leftOf({}), Infinity);
  const files = {
    "/proc/self/cgroup": "0::/user.slice\n",
    "/sys/fs/cgroup/user.slice/memory.max": "max\n",
    "/sys/fs/cgroup/user.slice/memory.current": 5 * MB,
  };
  assert.equal(leftOf(files), Infinity);
});

const v2 = {
  "/proc/self/cgroup": "0::/kubepods/pod7/worker\n",
  "/sys/fs/cgroup/kubepods/pod7/worker/memory.max": "max\n",
  "/sys/fs/cgroup/kubepods/pod7/worker/memory.current": 100 * MB,
  "/sys/fs/cgroup/kubepods/pod7/memory.max": `${800 * MB}\n`,
  "/sys/fs/cgroup/kubepods/pod7/memory.current": `${300 * MB}\n`,
  "/sys/fs/cgroup/kubepods/memory.max": `${9000 * MB}\n`,
  "/sys/fs/cgroup/kubepods/memory.current": `${8800 * MB}\n`,
};

Deno.test("fault 33: the tightest limit of nested groups of version 2 counts", () => {
  assert.equal(leftOf(v2), 200 * MB);
});

Deno.test("fault 33: so does one at which the system slows a group down", () => {
  const high = { "/sys/fs/cgroup/kubepods/pod7/worker/memory.high": 150 * MB };
  assert.equal(leftOf({ ...v2, ...high }), 50 * MB);
});

Deno.test("what a group's caches take is free", () => {
  const stat = `anon 1\ninactive_file ${120 * MB}\nactive_file 7\n`;
  const files = { ...v2, "/sys/fs/cgroup/kubepods/memory.stat": stat };
  assert.equal(leftOf(files), 320 * MB);
});

Deno.test("a group that is over its limit has nothing left", () => {
  assert.equal(leftOf({ ...v2, "/sys/fs/cgroup/kubepods/memory.max": 1 }), 0);
});

Deno.test("fault 33: in a container of its own name space, its limit is at the root", () => {
  const files = {
    "/proc/self/cgroup": "0::/\n",
    "/sys/fs/cgroup/memory.max": 500 * MB,
    "/sys/fs/cgroup/memory.current": 100 * MB,
  };
  assert.equal(leftOf(files), 400 * MB);
});

const v1 = {
  "/proc/self/cgroup": "12:cpu,cpuacct:/docker/a1\n4:memory:/docker/a1\n0::/\n",
  "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
  "/sys/fs/cgroup/memory/memory.usage_in_bytes": 7000 * MB,
};

Deno.test("fault 33: groups of version 1 have limits too", () => {
  const files = {
    ...v1,
    "/sys/fs/cgroup/memory/docker/a1/memory.limit_in_bytes": 600 * MB,
    "/sys/fs/cgroup/memory/docker/a1/memory.usage_in_bytes": 100 * MB,
    "/sys/fs/cgroup/memory/docker/a1/memory.stat": `total_inactive_file ${50 * MB}\n`,
  };
  assert.equal(leftOf(files), 550 * MB);
});

Deno.test("fault 33: a container of version 1 sees its own group where others see the root", () => {
  const files = {
    ...v1,
    "/proc/self/mountinfo": "30 24 0:26 /docker/a1 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n" +
      "31 24 0:27 /docker/a1 /sys/fs/cgroup/memory ro,nosuid - cgroup cgroup rw,memory\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": 600 * MB,
    "/sys/fs/cgroup/memory/memory.usage_in_bytes": 100 * MB,
  };
  assert.equal(leftOf(files), 500 * MB);
  const nested = {
    ...files,
    "/proc/self/cgroup": "4:memory:/docker/a1/inner\n",
    "/sys/fs/cgroup/memory/inner/memory.limit_in_bytes": 90 * MB,
    "/sys/fs/cgroup/memory/inner/memory.usage_in_bytes": 30 * MB,
  };
  assert.equal(leftOf(nested), 60 * MB);
});

const memoryController = "/sys/fs/cgroup/memory";
const canLimit = root && readProcFile(`${memoryController}/memory.limit_in_bytes`) !== "";

Deno.test(
  "fault 33: the limit of a real group around this process's is seen" +
    (canLimit ? "" : " (skipped: no memory controller of version 1 here that may be written)"),
  { ignore: !canLimit },
  async () => {
    const group = `${memoryController}/marn-test-${Deno.pid}`;
    const module = new URL("../../../pipeline/files/free_memory.ts", import.meta.url).href;
    const code = `import { availableMemory } from ${JSON.stringify(module)};
      console.log(availableMemory());`;
    const script = `mkdir -p ${group}/inner && echo 900000000 > ${group}/memory.limit_in_bytes &&
      echo $$ > ${group}/inner/cgroup.procs && exec "$@"`;
    const deno = [Deno.execPath(), "eval", code];
    const { stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", script, "sh", ...deno],
      env: { NO_COLOR: "1" },
    }).output();
    await new Deno.Command("rmdir", { args: [`${group}/inner`, group] }).output();
    const found = Number(new TextDecoder().decode(stdout));
    assert.ok(found > 500e6 && found < 900e6, `${found} ${new TextDecoder().decode(stderr)}`);
  },
);
