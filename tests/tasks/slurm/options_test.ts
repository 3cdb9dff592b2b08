import assert from "node:assert/strict";
import { Command, CommanderError } from "commander";
import {
  sbatchOption,
  slurmMode,
  slurmOption,
  workArguments,
} from "../../../tasks/slurm/options.ts";

const parse = (...args: string[]) =>
  new Command().exitOverride().configureOutput({ writeErr: () => {} })
    .addOption(slurmOption("")).addOption(sbatchOption())
    .parse(args, { from: "user" }).opts();

Deno.test("--slurm alone submits", () => {
  assert.equal(parse("--slurm").slurm, "submit");
  assert.equal(parse("--slurm", "write").slurm, "write");
});

Deno.test("the launcher reads --slurm as the command does", () => {
  const lines = [
    ["--slurm"],
    ["--slurm", "write"],
    ["--slurm=write", "--slurm"],
    ["--slurm", "--sbatch", "time=1"],
    ["--sbatch", "time=1"],
  ];
  for (const line of lines) assert.equal(slurmMode(line), parse(...line).slurm, line.join(" "));
});

Deno.test("a mode that there is not submits nothing before it is refused", () => {
  for (const line of [["--slurm", "sumbit"], ["--slurm=sumbit"]]) {
    assert.equal(slurmMode(line), "sumbit");
    assert.throws(() => parse(...line), /Allowed choices are submit, write; the nearest is submit/);
  }
});

Deno.test("options of sbatch are gathered", () => {
  const { sbatch } = parse("--sbatch", "gres=gpu:1", "--sbatch=requeue", "--sbatch", "array=%4");
  assert.deepEqual(sbatch, ["gres=gpu:1", "requeue", "array=%4"]);
});

for (
  const [what, option] of [
    ["dashes in front", "--time=1"],
    ["a line break", "time=1\nrm"],
    ["an array of one's own", "array=1-3"],
    ["the job's name", "job-name=x"],
    ["a command in place of the script", "wrap=true"],
    ["no submission", "test-only"],
  ] as const
) {
  Deno.test(`an option of sbatch with ${what} is refused`, () => {
    assert.throws(() => parse(`--sbatch=${option}`), CommanderError);
  });
}

Deno.test("a task gives what is about its work, however it was written", () => {
  const args = [
    "--grid",
    "gamma=1",
    "--slurm",
    "--sbatch",
    "time=1",
    "--sbatch=mem=2G",
    "--seeds=3",
    "--slurm=write",
    "--slurm",
    "submit",
    "--json",
    "--quiet",
    "--dry-run",
    "--out",
    "o",
  ];
  assert.deepEqual(workArguments(args), ["--grid", "gamma=1", "--seeds=3", "--out", "o"]);
});
