/**
 * Runs one test body on every engine present.
 *
 * @module
 */
import { type Engine, isInstalled, startEngine } from "../../model/engine/engine.ts";
import { tf } from "../../model/engine/tf.ts";

const present = { tensorflow: await isInstalled("tensorflow"), wasm: true };

/**
 * Registers `body` as one test for each engine; an engine that is not installed shows as ignored,
 * by name, as all do where the test says so. Tensors that the body leaves behind are disposed, so that none crosses to the next
 * engine.
 */
export function onEveryEngine(
  name: string,
  body: (engine: Engine, context: Deno.TestContext) => void | Promise<void>,
  { ignore = false }: { readonly ignore?: boolean } = {},
): void {
  for (const engine of ["tensorflow", "wasm"] as const) {
    Deno.test({
      name: `${name} [${engine}]`,
      ignore: ignore || !present[engine],
      fn: (context) => onEngine(engine, (started) => body(started, context)),
    });
  }
}

/** Registers `body` as a test on the fastest engine present: of what is the same on all of them. */
export function onOneEngine(name: string, body: (engine: Engine) => void | Promise<void>): void {
  Deno.test(name, () => onEngine(present.tensorflow ? "tensorflow" : "wasm", body));
}

async function onEngine(
  name: "tensorflow" | "wasm",
  body: (engine: Engine) => void | Promise<void>,
): Promise<void> {
  const started = await startEngine({ engine: name });
  tf.engine().startScope();
  try {
    await body(started);
  } finally {
    tf.engine().endScope();
  }
}
