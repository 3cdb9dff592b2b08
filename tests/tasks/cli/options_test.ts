import assert from "node:assert/strict";
import { Command, CommanderError, type Option } from "commander";
import { epochsOption, presetOption, setOption } from "../../../tasks/cli/config_options.ts";
import {
  anyEngineOption,
  choiceOption,
  engineOption,
  ignoreMemoryOption,
  runOption,
  taskOption,
  thresholdOption,
} from "../../../tasks/cli/options.ts";

/** What a command with one option makes of its arguments. */
function parse(option: Option, ...args: string[]): Record<string, unknown> {
  const command = new Command().addOption(option).exitOverride()
    .configureOutput({ writeErr: () => {} });
  return command.parse(args, { from: "user" }).opts();
}

Deno.test("each shared option is read as what it stands for", () => {
  const cases: [Option, string[], Record<string, unknown>][] = [
    [engineOption(), [], { engine: "auto" }],
    [engineOption(), ["--engine", "wasm"], { engine: "wasm" }],
    [runOption(), ["--run", "runs/a"], { run: "runs/a" }],
    [thresholdOption(""), ["--threshold", "0.25"], { threshold: 0.25 }],
    [taskOption("--target <labels>", ""), ["--target", "ccs"], { target: "ccs" }],
    [anyEngineOption(""), ["--any-engine"], { anyEngine: true }],
    [ignoreMemoryOption(), [], {}],
    [presetOption(""), ["--preset", "small"], { preset: "small" }],
    [epochsOption(), ["--epochs", "3"], { epochs: 3 }],
    [setOption(), [], {}],
    [setOption(), ["--set", "seed=1", "--set", "seed=2"], { set: ["seed=1", "seed=2"] }],
  ];
  for (const [option, args, expected] of cases) {
    assert.deepEqual({ ...parse(option, ...args) }, expected, option.flags);
  }
});

Deno.test("a value that an option does not have is refused", () => {
  const cases: [Option, string[]][] = [
    [engineOption(), ["--engine", "gpu"]],
    [taskOption("--task <labels>", ""), ["--task", "icd10"]],
    [choiceOption("--split <method>", "", ["patient"]), ["--split", "random"]],
    [runOption(), []],
    [thresholdOption(""), ["--threshold", "2"]],
    [epochsOption(), ["--epochs", "few"]],
  ];
  for (const [option, args] of cases) {
    assert.throws(() => parse(option, ...args), CommanderError, option.flags);
  }
});

Deno.test("--preset lists the presets, and says what is taken without it", () => {
  const { description, argChoices } = presetOption("small");
  assert.equal(description, "how to train (default: small)");
  assert.deepEqual(argChoices!.slice(0, 2), ["mimic3-50", "mimic3-full"]);
});

Deno.test("a word that is none of an option's is refused with the nearest", () => {
  assert.throws(
    () => parse(engineOption(), "--engine", "tensorflo"),
    (error) => error instanceof CommanderError && error.message.includes("nearest is tensorflow"),
  );
});
