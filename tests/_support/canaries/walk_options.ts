/** The text as the value of every option that is no path, and as an argument. */
import type { Command } from "commander";
import { commandNames, loadCommand, pathOptions } from "../commands.ts";
import { callWithCanary } from "./call.ts";
import { CANARY, type Canary, TEXT } from "./canary.ts";

/** Values that hold the text, for an option. */
function valuesOf(option: string): string[] {
  const takesKeys = ["--set", "--grid"].includes(option);
  return takesKeys ? [TEXT, `model.hidden=${TEXT}`, `${TEXT}=1`] : [TEXT];
}

/** Arguments that a command asks for, but for one option. */
function mandatoryOf(command: Command, but?: string): string[] {
  const paths = pathOptions(command);
  return command.options
    .filter(({ mandatory, long }) => mandatory && long !== but)
    .flatMap(({ long }) => [long!, paths.includes(long!) ? "/nowhere" : "onnx"]);
}

/** Each option of every command; of those that take any text there is nothing to find. */
export async function walkOptions(): Promise<Canary[]> {
  const canaries: Canary[] = [];
  for (const name of commandNames()) {
    const command = await loadCommand(name);
    const paths = pathOptions(command);
    const options = command.options
      .filter(({ required, optional }) => required || optional)
      .map(({ long }) => long!)
      .filter((long) => !paths.includes(long));
    for (const long of options) {
      for (const value of valuesOf(long)) {
        const args = [name, ...mandatoryOf(command, long), long, value];
        canaries.push(await callWithCanary(`${name} ${long}`, args));
      }
    }
    const argument = [name, ...mandatoryOf(command), `--the ${TEXT}`];
    canaries.push(await callWithCanary(`${name} --${CANARY}`, argument));
  }
  return canaries.filter(({ exitCode }) => exitCode !== 0);
}
