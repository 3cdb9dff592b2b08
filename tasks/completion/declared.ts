/**
 * The tasks with their options, as their own command lines declare them.
 *
 * @module
 */
import { join } from "node:path";
import type { Option } from "commander";
import { exists } from "../../pipeline/files/read.ts";
import { createdCommand } from "../cli/command.ts";

/** One option. */
export interface DeclaredOption {
  /** With its dashes: `--engine`, `-h`. */
  readonly names: readonly string[];
  /** On one line. */
  readonly description: string;
  /** Whether a value follows. */
  readonly takesValue: boolean;
  /** The values that it takes; none where it takes others, too. */
  readonly choices: readonly string[];
}

/** One task. */
export interface DeclaredTask {
  readonly name: string;
  readonly description: string;
  /** Empty for a task that is made of others. */
  readonly options: readonly DeclaredOption[];
}

const tasksFolder = join(import.meta.dirname!, "..");

/**
 * The tasks of `deno.json`, in the order of their names. A task's file is imported, which declares its
 * command and runs nothing.
 */
export async function declaredTasks(): Promise<DeclaredTask[]> {
  const config = await Deno.readTextFile(join(tasksFolder, "..", "deno.json"));
  const tasks: Record<string, { readonly description?: string }> = JSON.parse(config).tasks;
  const declared: DeclaredTask[] = [];
  for (const [name, { description = "" }] of Object.entries(tasks)) {
    const script = join(tasksFolder, `${name}.ts`);
    if (await exists(script)) await import(`file://${script}`);
    const options = createdCommand(name)?.createHelp().visibleOptions(createdCommand(name)!) ?? [];
    declared.push({ name, description, options: options.map(describeOption) });
  }
  return declared.sort((a, b) => a.name < b.name ? -1 : 1);
}

function describeOption(option: Option): DeclaredOption {
  return {
    names: [option.long, option.short].filter((name) => name !== undefined && name !== null),
    description: option.description.replace(/\s+/g, " "),
    takesValue: option.required || option.optional,
    choices: option.argChoices ?? [],
  };
}
