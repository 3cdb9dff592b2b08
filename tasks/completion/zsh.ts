/**
 * Completion for zsh.
 *
 * @module
 */
import type { DeclaredOption, DeclaredTask } from "./declared.ts";

/** A script for `~/.zshrc`, behind `compinit`. Before `task` it leaves all to Deno's own. */
export function zshCompletion(tasks: readonly DeclaredTask[]): string {
  const names = tasks.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`);
  const cases = tasks.filter(({ options }) => options.length > 0).map(({ name, options }) =>
    `    ${name}) _arguments ${options.flatMap(specifications).join(" ")} '*:file:_files' ;;`
  );
  return `# Completes deno task ... in this project: eval "$(deno task completion zsh)"
_marn_deno_task() {
  local -a names
  local at=\${words[(i)task]}
  if (( at >= CURRENT )) || [[ ! -f tasks/launch/launch.ts ]]; then
    if (( $+functions[_deno] )); then _deno "$@"; else compadd task; fi
    return
  fi
  names=(
${names.join("\n")}
  )
  if (( CURRENT == at + 1 )); then
    _describe task names
    return
  fi
  words=("\${(@)words[at+1,-1]}")
  (( CURRENT -= at ))
  case $words[1] in
${cases.join("\n")}
    *) _files ;;
  esac
}
compdef _marn_deno_task deno npx
`;
}

/** `'*--engine[what computes]:value:(auto wasm)'`, for each of an option's names. */
function specifications({ names, description, takesValue, choices }: DeclaredOption): string[] {
  const action = choices.length > 0 ? `(${choices.join(" ")})` : "_files";
  const value = takesValue ? `:value:${action}` : "";
  const text = description.replace(/[[\]\\:]/g, "\\$&");
  return names.map((name) => quote(`*${name}[${text}]${value}`));
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
