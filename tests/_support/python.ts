/** Python, where a test's packages are installed: `MARN_PYTHON` names it, else it is `python3`. */

const python = Deno.env.get("MARN_PYTHON") ?? "python3";

/** What became of a script. */
export interface PythonEnded {
  /** -1 where there is no Python. */
  readonly code: number;
  /** What it printed, errors behind the rest. */
  readonly text: string;
}

/** Where a script runs. */
export interface PythonOptions {
  /** This process's folder by default. */
  readonly cwd?: string;
  /** Environment variables beside this process's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `python …args`. */
export async function runPython(
  args: readonly string[],
  { cwd = Deno.cwd(), env = {} }: PythonOptions = {},
): Promise<PythonEnded> {
  try {
    const command = new Deno.Command(python, { args: [...args], cwd, env });
    const { code, stdout, stderr } = await command.output();
    return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  } catch {
    return { code: -1, text: `${python} is not there` };
  }
}

/** Whether it has these packages; where not, what is skipped is said. */
export async function pythonHas(what: string, packages: readonly string[]): Promise<boolean> {
  const names = JSON.stringify(packages);
  const code = `import importlib.util as u; exit(not all(map(u.find_spec, ${names})))`;
  if ((await runPython(["-c", code])).code === 0) return true;
  console.log(`skipped: ${what} (${python} has not all of ${packages.join(", ")})`);
  return false;
}
