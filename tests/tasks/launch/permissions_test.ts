import assert from "node:assert/strict";
import { join } from "node:path";
import { LOOPBACK, PORT } from "../../../tasks/launch/loopback.ts";
import { LAUNCHED_TASKS } from "../../../tasks/launch/needs.ts";
import { permissionFlags, permissionsOf } from "../../../tasks/launch/permissions.ts";
import { temporary } from "../../_support/tiny.ts";

const here = (path: string) => join(Deno.cwd(), path);

Deno.test("fault 51: a command writes where it is told to, and nowhere else", () => {
  const rows = [
    [permissionsOf("prepare", ["--out", "/d/x"]), ["/d/x", "/d/.x.making"]],
    [permissionsOf("prepare", []), [here("data"), here(".data.making")]],
    [permissionsOf("train", ["--out=r"]), [here("r")]],
    [permissionsOf("train", []), [here("runs")]],
    [permissionsOf("evaluate", ["--run", "/r"]), ["/r"]],
    [permissionsOf("predict", ["--run", "/r", "note.txt"]), []],
    [permissionsOf("audit", ["--run", "/r"]), [here("audit")]],
    [permissionsOf("audit", ["--verify", "/r/log"]), []],
    [permissionsOf("serve", []), []],
    [permissionsOf("predict", ["--parquet", "/a.parquet"]), [
      "/a.parquet",
      "/a.parquet.making",
      "/a.parquet.head",
    ]],
    [permissionsOf("predict", ["--out", "/a"]), ["/a", "/a.making", "/a.making.json"]],
  ] as const;
  for (const [{ write }, expected] of rows) assert.deepEqual(new Set(write), new Set(expected));
});

Deno.test("fault 51: it reads what its command line names, its code, and what is its own", () => {
  const { read } = permissionsOf("prepare", ["--notes", "train=/n/a.csv", "--labels=/l/b.csv"]);
  for (const path of ["/n/a.csv", "/l/b.csv", "/n/SHA256SUMS.txt", here("pipeline")]) {
    assert.ok(read.includes(path), path);
  }
  assert.ok(permissionsOf("train", []).read.includes(here("data/top50")));
  const all = LAUNCHED_TASKS.flatMap((task) => permissionsOf(task, ["--out", "/a/b"]).read);
  assert.ok(!all.includes("/"), "the root");
  assert.ok(!all.includes(here("tests")) && !all.includes(here(".git")));
});

Deno.test("fault 51: a run's dataset is read where the run has it from", async () => {
  await using directory = await temporary();
  const record = { dataset: { directory: "/elsewhere/top50" } };
  await Deno.writeTextFile(join(directory.path, "config.json"), JSON.stringify(record));
  const { read } = permissionsOf("evaluate", ["--run", directory.path]);
  assert.ok(read.includes("/elsewhere/top50"));
});

Deno.test("fault 51: prepare may run word2vec alone, others nothing", () => {
  assert.deepEqual(permissionsOf("prepare", [], "/cache/word2vec").run, ["/cache/word2vec"]);
  for (const task of LAUNCHED_TASKS) assert.deepEqual(permissionsOf(task, []).run, [], task);
});

Deno.test("what verifies a log asks for no facts of the processors", () => {
  assert.deepEqual(permissionsOf("audit", ["--verify=/r/log"]).sys, ["systemMemoryInfo"]);
});

Deno.test("fault 51: libraries, variables and facts of the system are named, each of them", () => {
  for (const task of LAUNCHED_TASKS) {
    const flags = permissionFlags(permissionsOf(task, ["--out", "x"]));
    const names = flags.map((flag) => flag.split("=")[0]);
    assert.equal(new Set(names).size, names.length);
    assert.ok(flags.includes("--no-prompt") && flags.includes("--ignore-env"));
    const kinds = /^--allow-(read|write|run|ffi|env|sys)=./;
    const listening = task === "serve" ? [`--allow-net=${LOOPBACK}:${PORT}`] : [];
    const others = flags.filter((flag) => flag.startsWith("--allow-") && !kinds.test(flag));
    assert.deepEqual(others, listening, task);
  }
  const { ffi, env } = permissionsOf("prepare", []);
  assert.deepEqual(
    ffi.filter((path) => !/duckdb|\/libc\.so\.6$|libSystem/.test(path)),
    [],
    "what prepare loads",
  );
  assert.ok(!env.includes("HOME"));
});

Deno.test("fault 51: what serves a page listens on this machine alone, at its port; no other task does", () => {
  const rows: [string[], string[]][] = [
    [[], [`127.0.0.1:${PORT}`]],
    [["--port", "0"], ["127.0.0.1:0"]],
    [["--port=8000"], ["127.0.0.1:8000"]],
    [["--port", "65536"], []],
    [["--port", "80,evil.example"], []],
    [["--port", "-1"], []],
  ];
  for (const [args, net] of rows) {
    assert.deepEqual(permissionsOf("serve", args).net, net, `${args}`);
  }
  for (const task of LAUNCHED_TASKS.filter((task) => task !== "serve")) {
    assert.deepEqual(permissionsOf(task, ["--port", "80"]).net, [], task);
  }
});

Deno.test("ranks may read what their launcher tells them, and no other command may", () => {
  const { env, ...others } = permissionsOf("train", ["--launcher", "mpi"]);
  const { env: usual, ...same } = permissionsOf("train", []);
  assert.deepEqual(env.filter((name) => !usual.includes(name)), [
    "MARN_MPI",
    "CUDA_VISIBLE_DEVICES",
    "OMPI_COMM_WORLD_RANK",
    "PMIX_RANK",
    "PMI_RANK",
    "SLURM_PROCID",
  ]);
  assert.deepEqual(others.write, same.write);
  for (const task of LAUNCHED_TASKS.filter((task) => task !== "train")) {
    const { env } = permissionsOf(task, ["--launcher", "mpi"]);
    assert.ok(!env.includes("MARN_MPI"), task);
  }
});

Deno.test("a path with a comma, which would be two, is permitted by its folder", () => {
  const none = { write: [], run: [], ffi: [], env: [], sys: [], net: [] };
  const flags = permissionFlags({ ...none, read: ["/a/b,c/d", "/a/x"] });
  assert.deepEqual(flags.slice(2), ["--allow-read=/a,/a/x"]);
});

Deno.test("thousands of paths are permitted, in flags that the system takes", async () => {
  const read = Array.from(
    { length: 3000 },
    (_, at) => `/a/rather/long/path/of/a/run/directory/${at}`,
  );
  const none = { write: [], run: [], ffi: [], env: [], sys: [], net: [] };
  const flags = permissionFlags({ ...none, read });
  assert.ok(flags.every((flag) => flag.length < 20_000));
  await using directory = await temporary();
  const script = join(directory.path, "asks.ts");
  await Deno.writeTextFile(
    script,
    `const paths = ${JSON.stringify([read[0], read[2999], "/a/rather"])};
     for (const path of paths) console.log(Deno.permissions.querySync({ name: "read", path }).state);`,
  );
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...flags, script],
  }).output();
  assert.equal(
    new TextDecoder().decode(stdout),
    "granted\ngranted\nprompt\n",
  );
});
