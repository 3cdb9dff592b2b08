/**
 * What a system brings: its options with their defaults, how its authors trained it, and the model
 * that is made of both. A system is one file in `zoo/`.
 *
 * @module
 */
import type * as v from "valibot";
import type { Task } from "../pipeline/schema.ts";
import type { ModelInputs } from "./inputs.ts";
import type { LossConfig } from "./loss.ts";
import type { Model } from "./model.ts";

/** A value that a configuration can hold under one key. */
export type ConfigValue = string | number | boolean;

/** Changes to a configuration, by dotted key: `{ "optimizer.learningRate": 3e-3 }`. */
export type Assignments = { readonly [key: string]: ConfigValue };

/** The schema of each option. */
export type OptionSchemas<Options> = {
  readonly [option in keyof Options]: v.GenericSchema<unknown, Options[option]>;
};

/** What of a configuration a model is built from. */
export interface SystemSettings<Options> {
  readonly model: Options;
  /** The label set of a system without multi-task learning. */
  readonly target: Task;
  readonly loss: LossConfig;
}

/**
 * Files of the user's that a system starts from, and that every run of it keeps. Each function throws
 * an error of `pipeline/errors.ts` where a file is missing or not what it should be.
 */
export interface Assets<Options, Content> {
  /** Reads them for a new run on words by id, rare ones last; undefined where the options name none. */
  read(options: Options, words: readonly string[]): Promise<Content | undefined>;
  /** Names of the files that a run keeps of them. */
  readonly files: readonly string[];
  /** Texts of these files, by name. */
  format(content: Content): { readonly [file: string]: string };
  /** What a run keeps, whose files `read` reads; undefined where the options name none. */
  restore(
    options: Options,
    read: (file: string) => Promise<string>,
  ): Promise<Content | undefined>;
}

/** An option whose value does not go with those of others. */
export interface Misfit {
  readonly option: string;
  /** `a divisor of …`: what would go with them. */
  readonly expected: string;
}

/** A system that can be trained, by its name on the command line. */
export interface System<Options, Content = undefined> {
  /** `multi-res-cnn`: what `--model` and `model.name` of a configuration say. */
  readonly name: string;
  /** `MultiResCNN`: what the paper's tables say. */
  readonly title: string;
  /** Its name as a base encoder of the paper's blocks (Figure 8), where it is one. */
  readonly base?: string | undefined;
  readonly schemas: OptionSchemas<Options>;
  /** Defaults; a configuration lists options in this order. */
  readonly options: Options;
  /** What of options that are each in their range cannot be built; undefined where all can. */
  misfit?(options: Options): Misfit | undefined;
  /** How its authors trained it; changes to the base configuration. */
  readonly training?: Assignments | undefined;
  /** Changes for single presets, which go over all others. */
  readonly presets?: { readonly [preset: string]: Assignments } | undefined;
  /**
   * Raised when an equal configuration begins to give other numbers: runs of another revision, which
   * can still be resumed and evaluated, are then not taken for the same.
   */
  readonly revision?: number | undefined;
  /** Whether it spells words, rare ones too, which every other system reads as unknown. */
  readonly spells?: boolean | undefined;
  /** What else training changes, presets included, where `model.checkpoint` names pretrained weights. */
  readonly pretrained?: Assignments | undefined;
  /** Files of the user's that it may start from. */
  readonly assets?: Assets<Options, Content> | undefined;
  /** The model, with fresh weights that derive from the inputs' seed. */
  create(settings: SystemSettings<Options>, inputs: ModelInputs, content?: Content): Model;
}

/** A system whose options only it knows. */
export type AnySystem = System<object, unknown>;
