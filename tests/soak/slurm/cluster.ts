/**
 * A SLURM of one node on this machine: its own munged, slurmctld and slurmd, with all of their files in
 * one folder. Nothing of the machine's own SLURM is touched.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { exists } from "../../../pipeline/files/read.ts";
import { succeeds } from "../../_support/processes.ts";
import { temporary } from "../../_support/tiny.ts";

/** Debian's packages that it takes. */
export const PACKAGES = "slurm-wlm munge";

/** Debian's daemons lie where an ordinary user does not look. */
const PATH = `${Deno.env.get("PATH")}:/usr/sbin`;

/** Whether SLURM's daemons and commands are installed. */
export async function hasSlurm(): Promise<boolean> {
  const programs = "munged slurmctld slurmd sbatch squeue scancel scontrol sinfo";
  return await succeeds("sh", [
    "-c",
    `PATH=$PATH:/usr/sbin; for name in ${programs}; do command -v $name || exit 1; done`,
  ]);
}

/** What a program of SLURM printed; a failure fails the test. */
export async function call(
  cluster: Pick<Cluster, "env">,
  program: string,
  ...args: string[]
): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, env: cluster.env })
    .output();
  assert.ok(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout).trim();
}

/** A running SLURM. Disposing ends its jobs and its daemons. */
export interface Cluster extends AsyncDisposable {
  /** Variables by which commands find it. */
  readonly env: Readonly<Record<string, string>>;
  /** A line for each task that waits or runs: `17_2 RUNNING`. */
  queue(): Promise<string[]>;
  /** Waits until there is none. */
  untilIdle(seconds: number): Promise<void>;
}

/** Starts one of two processors. */
export async function startCluster(): Promise<Cluster> {
  const folder = await temporary();
  const at = (name: string) => join(folder.path, name);
  const [host, user] = await Promise.all([textOf("hostname", "-s"), textOf("id", "-un")]);
  for (const name of ["state", "spool"]) await Deno.mkdir(at(name));
  await Deno.chmod(folder.path, 0o755); // munged wants others to be able to look for its socket
  await Deno.writeFile(at("munge.key"), crypto.getRandomValues(new Uint8Array(1024)), {
    mode: 0o600,
  });
  await Deno.writeTextFile(at("slurm.conf"), configuration(folder.path, { host, user }));
  const env = { PATH, SLURM_CONF: at("slurm.conf") };
  const start = (program: string, args: string[]) =>
    new Deno.Command(program, { args, env, stdin: "null", stdout: "null", stderr: "null" }).spawn();
  const munge = [
    `--key-file=${at("munge.key")}`,
    `--socket=${at("munge.socket")}`,
    `--pid-file=${at("munge.pid")}`,
    `--log-file=${at("munge.log")}`,
    `--seed-file=${at("munge.seed")}`,
  ];
  const daemons = [start("munged", ["--foreground", "--force", ...munge])];
  await until(10, () => exists(at("munge.socket")), "munged made no socket");
  daemons.push(start("slurmctld", ["-D"]));
  daemons.push(start("slurmd", ["-D"]));
  const queue = async () => {
    const lines = await call({ env }, "squeue", "--array", "--noheader", "--format=%i %T");
    return lines.split("\n").filter((line) => line !== "");
  };
  const isIdle = async () => (await call({ env }, "sinfo", "--noheader")).includes(" idle ");
  await until(60, () => isIdle().catch(() => false), "no node became idle");
  return {
    env,
    queue,
    untilIdle: (seconds) =>
      until(seconds, async () => (await queue()).length === 0, "the queue did not become empty"),
    async [Symbol.asyncDispose]() {
      await call({ env }, "scancel", "--user", user);
      await until(60, async () => (await queue()).length === 0, "jobs did not end");
      for (const child of daemons.reverse()) {
        child.kill("SIGTERM");
        await child.status;
      }
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Without cgroups and without a plugin for tasks, which a container may lack. */
function configuration(
  folder: string,
  { host, user }: { readonly host: string; readonly user: string },
): string {
  const port = 20_000 + Deno.pid % 20_000;
  return [
    "ClusterName=soak",
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmUser=${user}`,
    `SlurmdUser=${user}`,
    "AuthType=auth/munge",
    "CredType=cred/munge",
    // A requeued job waits until its credential has expired: 2 minutes by default.
    `AuthInfo=socket=${folder}/munge.socket,cred_expire=5`,
    `SlurmctldPort=${port}`,
    `SlurmdPort=${port + 1}`,
    `SlurmctldPidFile=${folder}/slurmctld.pid`,
    `SlurmdPidFile=${folder}/slurmd.pid`,
    `SlurmctldLogFile=${folder}/slurmctld.log`,
    `SlurmdLogFile=${folder}/slurmd.log`,
    `StateSaveLocation=${folder}/state`,
    `SlurmdSpoolDir=${folder}/spool`,
    "ProctrackType=proctrack/linuxproc",
    "TaskPlugin=task/none",
    "SelectType=select/cons_tres",
    "SelectTypeParameters=CR_Core",
    "ReturnToService=2",
    "KillWait=20",
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
    "PartitionName=soak Nodes=ALL Default=YES MaxTime=INFINITE State=UP",
    "",
  ].join("\n");
}

async function textOf(program: string, ...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command(program, { args }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Waits until something is so. */
export async function until(
  seconds: number,
  isSo: () => Promise<boolean>,
  otherwise: string,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`${otherwise} within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
