/**
 * Completion for bash.
 *
 * @module
 */
import type { DeclaredTask } from "./declared.ts";

/** A script for `~/.bashrc`. Outside of this project, and before `task`, it leaves all to Deno's own. */
export function bashCompletion(tasks: readonly DeclaredTask[]): string {
  const names = tasks.map(({ name }) => name).join(" ");
  const words = tasks.map(({ name, options }) =>
    `    ${name}) words="${options.flatMap(({ names }) => names).join(" ")}" ;;`
  );
  const values = tasks.flatMap(({ name, options }) =>
    options.filter(({ takesValue }) => takesValue).flatMap((option) =>
      option.names.map((flag) => `    "${name} ${flag}") words="${option.choices.join(" ")}" ;;`)
    )
  );
  return `# Completes deno task ... in this project: eval "$(deno task completion bash)"
_marn_deno_task() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} at words=
  for ((at = 1; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == task ]] && break
  done
  COMPREPLY=()
  if ((at >= COMP_CWORD)) || [[ ! -f tasks/launch/launch.ts ]]; then
    if declare -F _deno >/dev/null; then _deno "$@"; else words=task; fi
    [[ -z $words ]] && return
  elif ((COMP_CWORD == at + 1)); then
    words="${names}"
  else
    case "\${COMP_WORDS[at+1]} $prev" in
${values.join("\n")}
    *) [[ $cur == -* ]] && case "\${COMP_WORDS[at+1]}" in
${words.join("\n")}
    esac ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _marn_deno_task deno npx
`;
}
