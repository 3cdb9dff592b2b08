import assert from "node:assert/strict";
import { countWrappers } from "../../../tasks/cli/wrappers.ts";

const task = ["deno", "task", "train"];

/** Command lines from the nearest ancestor on, and how many of them are wrappers. */
const ancestors: Record<string, [string[][], number]> = {
  "npx under the title that it takes": [
    [task, ["sh", "-c", "'deno' task train"], ["npm exec deno@2.9.6 task train"], ["-bash"]],
    3,
  ],
  "npx by its script, and the script of npm's deno": [
    [
      ["/home/ada/.npm/_npx/1/node_modules/deno/deno", "task", "--quiet", "train"],
      ["node", "/home/ada/.npm/_npx/1/node_modules/.bin/../deno/bin.cjs", "task", "train"],
      ["/bin/sh", "-c", "deno task train"],
      ["node", "/usr/bin/npx", "-y", "deno@2.9.6", "task", "train"],
      ["bash", "run.sh"],
    ],
    4,
  ],
  "pnpm": [[task, ["node", "/usr/bin/pnpm.cjs", "dlx", "deno", "task", "train"]], 2],
  "deno task in a shell": [[["/usr/bin/deno", "-q", "task", "train"], ["-bash"]], 1],
  "a shell that goes on": [[task, ["sh", "-c", "nohup deno task train & sleep 9"], ["sshd"]], 1],
  "a service": [[task, ["/usr/lib/systemd/systemd", "--user"]], 1],
  "a scheduler's script": [[task, ["/bin/bash", "/var/spool/slurmd/job7/slurm_script"]], 1],
  "an editor's terminal": [[task, ["zsh", "-i"], ["node", "/usr/share/code/main.js"]], 1],
  "a program of Deno's that starts tasks": [[["deno", "run", "-A", "task.ts"], ["-bash"]], 0],
  "a container": [[], 0],
};

for (const [name, [lines, expected]] of Object.entries(ancestors)) {
  Deno.test(`fault 30: programs that only carry a command: ${name}`, () => {
    assert.equal(countWrappers(lines), expected);
  });
}
