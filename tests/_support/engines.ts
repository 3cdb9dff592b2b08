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
      async fn(context) {
        const started = await startEngine({ engine });
        tf.engine().startScope();
        try {
          await body(started, context);
        } finally {
          tf.engine().endScope();
        }
      },
    });
  }
}
