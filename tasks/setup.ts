/**
 * `deno task setup`: installs the best engine that this machine can have, and says what it did.
 *
 * @module
 */
import { Option } from "commander";
import type { EngineName } from "../model/engine/engine.ts";
import { readChoice } from "../model/engine/install/cache.ts";
import { inspectEngine, isSettled, unlessUnavailable } from "../model/engine/install/inspect.ts";
import { ensureMpiLibrary } from "../model/parallel/compile.ts";
import { ResourceError } from "../pipeline/errors.ts";
import { createCommand, runCommand } from "./cli/command.ts";
import { showInstall } from "./cli/install_progress.ts";
import { engineOption } from "./cli/options.ts";
import { print } from "./cli/print.ts";

interface Flags {
  readonly engine: EngineName;
  readonly check?: true;
  readonly ifNeeded?: true;
}

const NOTES = `
TensorFlow comes from the first of these that has it: the folder in MARN_TENSORFLOW (TensorFlow
unpacked, or the wheel), the user cache, pip, the package index. It takes 270 MB to fetch and 860 MB
of disk; --engine cuda takes several GB. CXX names the C++ compiler.`;

const command = createCommand("setup", "Installs the engine: TensorFlow, or what stands in for it.")
  .addOption(engineOption("which one; auto takes wasm where TensorFlow cannot be had"))
  .option("--check", "only say what is installed, reading all of it; exit code 5 unless whole")
  .addOption(new Option("--if-needed", "do nothing where an engine is settled").hideHelp())
  .addHelpText("after", NOTES)
  .action(setUp);

if (import.meta.main) await runCommand(command, Deno.args);

async function setUp({ engine, check, ifNeeded }: Flags): Promise<void> {
  if (check) await reportEngines(engine);
  else if (!ifNeeded) await install(engine);
  else if (!await isSettled()) await install("auto");
}

async function install(engine: EngineName): Promise<void> {
  // Both are heavy, and where an engine is settled neither is needed.
  const { setUpEngine } = await import("../model/engine/setup.ts");
  const { describeEngine } = await import("../model/layers/recurrence/choose.ts");
  const started = await setUpEngine(engine, { progress: showInstall() });
  print(`engine: ${started.name}: ${describeEngine(started)}`);
  const reason = started.name === "wasm" ? (await readChoice())?.reason : undefined;
  if (reason) print(`tens of times slower than TensorFlow, used because: ${reason}`);
  const mpi = await unlessUnavailable(() => ensureMpiLibrary());
  if (mpi) print(`mpi: several processes can train one model, by ${mpi}`);
}

async function reportEngines(engine: EngineName): Promise<void> {
  const choice = await readChoice();
  const used = engine !== "auto" ? engine : choice?.engine ?? "tensorflow";
  let whole = used === "wasm" && !choice?.reason;
  for (const name of ["tensorflow", "cuda"] as const) {
    if (engine !== "auto" && engine !== name) continue;
    const found = await inspectEngine(name);
    print(`${name}: ${found.detail}`);
    if (name === used) whole = found.whole;
  }
  const here = choice?.engine === "wasm" ? ", and what runs here" : "";
  print(`wasm: part of this program${here}`);
  if (whole) return;
  throw new ResourceError(
    `checking ${used}: ${choice?.reason ?? "not whole on this machine"}; run \`deno task setup\``,
  );
}
