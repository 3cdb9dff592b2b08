/** Calls a command in this process, and looks for the text in all that it says and writes. */
import { join } from "node:path";
import { callCommand, loadCommand } from "../commands.ts";
import { CANARY, type Canary, isHeard } from "./canary.ts";

/** Seconds after which a command is taken to hang. */
const SECONDS = 60;

/** Files that hold the words of a dataset's notes. */
const WORDS = /^(?:vocabulary|rare_words)\.txt$/;

/** Where a command writes. */
export interface Written {
  readonly out?: string | undefined;
  /** Whether the text is one of those that the dataset is made of: its words may be in these lists. */
  readonly isNote?: boolean | undefined;
}

/** Names of the files below a folder that hold the text. */
function findIn(folder: string, isNote: boolean): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = join(folder, name);
    if (isDirectory) return findIn(path, isNote);
    if (isNote && WORDS.test(name)) return [];
    const content = new TextDecoder("latin1").decode(Deno.readFileSync(path));
    return content.includes(CANARY) ? [name] : [];
  });
}

/** Calls a command, by its name and arguments, and looks at all that it says and leaves in `out`. */
export async function callWithCanary(
  where: string,
  [name, ...args]: readonly string[],
  { out, isNote = false }: Written = {},
): Promise<Canary> {
  const said: string[] = [];
  const hear = (stream: string) => (text: string) => void said.push(`${stream}: ${text}`);
  const [writeOut, writeErr] = [hear("stdout"), hear("stderr")];
  const { log, error } = console;
  console.log = writeOut;
  console.error = writeErr;
  try {
    const command = (await loadCommand(name!)).configureOutput({ writeOut, writeErr });
    const { message, exitCode, hung } = await callCommand(command, args, SECONDS);
    // Commander's messages are said as well; its own error would say them again.
    if (!message.startsWith("error: ")) said.push(`error: ${message}`);
    const files = out === undefined ? [] : findIn(out, isNote).map((file) => `file: ${file}`);
    const found = [...said.filter(isHeard), ...files];
    return { where, exitCode: hung ? -1 : exitCode, found };
  } finally {
    console.log = log;
    console.error = error;
  }
}
