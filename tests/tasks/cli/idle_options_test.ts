import assert from "node:assert/strict";
import { Command } from "commander";
import { refuseIdle } from "../../../tasks/cli/idle_options.ts";
import { callCommand, loadCommand } from "../../_support/commands.ts";

/** Whether a command line of a small command is refused, and how. */
async function call(...args: string[]): Promise<string> {
  const command = new Command().option("--list").option("--top <n>", "", Number, 5).option(
    "--as <how>",
  )
    .action(() => {});
  refuseIdle(command, [
    { options: ["--top"], without: "--list" },
    { options: ["--list"], beside: "--as", values: ["text"] },
  ]);
  return await command.parseAsync(args, { from: "user" }).then(() => "", (error) => error.message);
}

Deno.test("an option is idle where it was given, and another was or was not", async () => {
  const cases: [args: string[], said: RegExp][] = [
    [[], /^$/],
    [["--list", "--top=3"], /^$/],
    [["--top=5"], /: --top changes nothing without --list; add that, or leave --top out$/],
    [["--list", "--as=table"], /^$/],
    [["--list", "--as=text"], /: --list changes nothing beside --as text; leave one of them out$/],
  ];
  for (const [args, said] of cases) assert.match(await call(...args), said, args.join(" "));
});

/** What is given with an option that changes nothing then, which is the last one. */
const IDLE: { readonly [task: string]: readonly (readonly string[])[] } = {
  train: [["--any-engine"], ["--dry-run", "--checkpoint-minutes=1"]],
  evaluate: [
    ["--run=x", "--confidence=0.8"],
    ["--run=x", "--evidence=y", "--notes=z", "--baselines"],
    ["--run=x", "--evidence=y", "--notes=z", "--scores"],
    ["--run=x", "--evidence=y", "--notes=z", "--bootstrap=9"],
    ["--run=x", "--evidence=y", "--notes=z", "--threshold=0.5"],
    ["--run=x", "--evidence=y", "--notes=z", "--precision=0.5"],
  ],
  predict: [["--run=x", "--code-system=y"], ["--run=x", "--force"]],
  audit: [
    ["--run=x", "--head=1:" + "0".repeat(64)],
    ["--run=x", "--share=0.2"],
    ["--run=x", "--seeds=2"],
    ["--run=x", "--words=2"],
    ["--run=x", "--notes=y", "--by=gradient"],
    ["--run=x", "--notes=y", "--split=dev"],
    ["--run=x", "--measure", "--top=2"],
    ["--run=x", "--measure", "--out=y"],
    ["--verify=x", "--run=y"],
    ["--verify=x", "--engine=wasm"],
  ],
  sweep: [
    ["--grid=gamma=1,2", "--sbatch=mem=1G"],
    ["--grid=gamma=1,2", "--only=1", "--slurm"],
    ["--grid=gamma=1,2", "--only=1", "--dry-run"],
    ["--grid=gamma=1,2", "--only=1", "--json"],
  ],
  compare: [["--sbatch=mem=1G"], ["--only=1", "--dry-run"]],
  reproduce: [
    ["--table=1", "--only=1", "--dry-run"],
    ["--figure=1", "--seeds=2"],
    ["--figure=3", "--models=caml"],
    ["--figure=1", "--slurm"],
    ["--figure=1", "--json"],
  ],
};

for (const [task, lines] of Object.entries(IDLE)) {
  for (const args of lines) {
    const option = args.at(-1)!.split("=", 1)[0]!;
    Deno.test(`fault 83: ${task} ${args.join(" ")}: ${option} changes nothing, and is refused`, async () => {
      const { exitCode, message } = await callCommand(await loadCommand(task), args, 10);
      assert.equal(exitCode, 2, message);
      assert.match(
        message,
        new RegExp(
          `^reading options: ${option} changes nothing (without|beside) --\\S+( \\d)?; \\w`,
        ),
      );
    });
  }
}
