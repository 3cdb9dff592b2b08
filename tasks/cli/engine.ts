/**
 * The engine that a command line asks for.
 *
 * @module
 */
import { type Engine, type EngineName, startEngine } from "../../model/engine/engine.ts";
import { showInstall } from "./install_progress.ts";

/** Starts an engine, and shows what it has to say of itself. Throws as {@linkcode startEngine} does. */
export function openEngine(engine: EngineName): Promise<Engine> {
  return startEngine({ engine, progress: showInstall() });
}
