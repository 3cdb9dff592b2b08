/**
 * Completion for fish.
 *
 * @module
 */
import type { DeclaredOption, DeclaredTask } from "./declared.ts";

/** A script to be sourced in `~/.config/fish/config.fish`. Deno's own, which drop all others, load first. */
export function fishCompletion(tasks: readonly DeclaredTask[]): string {
  const names = tasks.map(({ name, description }) =>
    `complete -c deno -n __marn_wants_task -xa ${name} -d ${quote(description)}`
  );
  const options = tasks.flatMap(({ name, options }) =>
    options.map((option) =>
      `complete -c deno -n ${quote(`__marn_task_is ${name}`)} ${formatOption(option)}`
    )
  );
  return `# Completes deno task ... in this project: deno task completion fish | source
complete -C 'deno ' >/dev/null 2>&1
function __marn_wants_task
    set -l words (commandline -opc)
    test -f tasks/launch/launch.ts; and test "$words[-1]" = task
end
function __marn_task_is
    set -l words (commandline -opc)
    set -l at (contains -i task $words); or return 1
    set -l next (math $at + 1)
    test -f tasks/launch/launch.ts; and test (count $words) -ge $next
    and test "$words[$next]" = $argv[1]
end
${[...names, ...options].join("\n")}
`;
}

function formatOption({ names, description, takesValue, choices }: DeclaredOption): string {
  const flags = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`
  );
  const value = choices.length > 0 ? `-xa ${quote(choices.join(" "))}` : takesValue ? "-r" : "";
  return [...flags, value, `-d ${quote(description)}`].filter((part) => part !== "").join(" ");
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
