/**
 * The ways to say which words stand behind a code.
 *
 * @module
 */
import { UsageError } from "../../pipeline/errors.ts";
import type { Model } from "../model.ts";

/**
 * - `attention`: the mass that the code's label attention gives a word.
 * - `gradient`: gradient × input, the slope of the code's logit in a factor on the word's vector: what
 *   the word adds to the logit, to first order.
 * - `attention-gradient`: the product of the two.
 */
export const METHODS = ["attention", "gradient", "attention-gradient"] as const;

/** A way to say which words stand behind a code. */
export type Method = typeof METHODS[number];

/** What can be asked of a model: all of {@linkcode METHODS} where it has label attention. */
export function methodsOf(model: Pick<Model, "attention">): readonly Method[] {
  return model.attention ? METHODS : ["gradient"];
}

/** What is asked where nobody chose: attention where the model has it. */
export function usualMethod(model: Pick<Model, "attention">): Method {
  return methodsOf(model)[0]!;
}

/**
 * Refuses a method that cannot be asked of a model.
 *
 * @param attempt what the method is for, to begin the message with.
 * @throws {UsageError} where it is none of {@linkcode methodsOf}.
 */
export function requireMethod(
  model: Pick<Model, "attention">,
  method: Method,
  attempt: string,
): void {
  if (methodsOf(model).includes(method)) return;
  throw new UsageError(
    `${attempt}: words by ${method}: its system has no label attention; use --by gradient`,
  );
}
