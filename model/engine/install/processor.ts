/**
 * What this processor can do, as far as machine code depends on it.
 *
 * @module
 */
import { cpus } from "node:os";
import { readProcFile } from "../../../pipeline/files/proc.ts";

/**
 * The instruction sets of this processor as one line, its model where the system does not list
 * them. Code compiled for one answer may crash where the answer differs.
 */
export function processorFeatures(): string {
  const features = Deno.build.os === "linux"
    ? parseFeatures(readProcFile("/proc/cpuinfo"))
    : undefined;
  return `${Deno.build.arch} ${features ?? processorModel()}`;
}

/** The processor's name as its maker gives it. */
export function processorModel(): string {
  return cpus()[0]?.model.trim() ?? "unknown processor";
}

/**
 * The first processor's feature list of Linux's `/proc/cpuinfo` (`flags`; `Features` on ARM),
 * sorted.
 */
export function parseFeatures(cpuinfo: string): string | undefined {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1];
  return line?.trim().split(/\s+/).sort().join(" ");
}
