/** Two made-up tasks whose options hold what shells give a meaning to. */
import type { DeclaredTask } from "../../tasks/completion/declared.ts";

export const madeUpTasks: readonly DeclaredTask[] = [
  {
    name: "train",
    description: "Train a model: it's [easy]",
    options: [
      {
        names: ["--model"],
        description: "system [of: the zoo], it's one",
        takesValue: true,
        choices: ["cnn", "caml"],
      },
      { names: ["--data"], description: "folder", takesValue: true, choices: [] },
      { names: ["--help", "-h"], description: "help", takesValue: false, choices: [] },
    ],
  },
  { name: "test:soak", description: "Made of others", options: [] },
];

/** Runs a script in a shell, in this project's folder; undefined where the shell is not installed. */
export async function runShell(shell: string, script: string): Promise<string | undefined> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(shell, {
      args: ["-c", script],
      cwd: new URL("../../", import.meta.url),
    }).output();
    const text = new TextDecoder().decode(stdout);
    if (code !== 0) throw new Error(`${shell}: ${new TextDecoder().decode(stderr)}`);
    return text;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Whether a shell is there. */
export async function hasShell(shell: string): Promise<boolean> {
  return await runShell(shell, "true") !== undefined;
}
