/**
 * `deno task completion`: a script that completes tasks, options and values in a shell.
 *
 * @module
 */
import { Argument } from "commander";
import { createCommand, runCommand } from "./cli/command.ts";
import { print } from "./cli/print.ts";
import { bashCompletion } from "./completion/bash.ts";
import { declaredTasks } from "./completion/declared.ts";
import { fishCompletion } from "./completion/fish.ts";
import { zshCompletion } from "./completion/zsh.ts";

const SHELLS = { bash: bashCompletion, fish: fishCompletion, zsh: zshCompletion };

const command = createCommand(
  "completion",
  "Prints a script that completes tasks, options and values: for ~/.bashrc, ~/.zshrc or fish.",
)
  .addArgument(new Argument("<shell>", "which shell").choices(Object.keys(SHELLS)))
  .action(complete);

if (import.meta.main) await runCommand(command, Deno.args);

async function complete(shell: keyof typeof SHELLS): Promise<void> {
  print(SHELLS[shell](await declaredTasks()).trimEnd());
}
