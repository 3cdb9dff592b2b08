/**
 * What this processor can do, as far as machine code depends on it.
 *
 * @module
 */
import { cpus } from "node:os";

/**
 * The instruction sets of this processor as one line, its model where the system does not list them.
 * Code compiled for one answer may crash where the answer differs.
 */
export function processorFeatures(): string {
  const features = Deno.build.os === "linux" ? parseFeatures(readCpuInfo()) : undefined;
  return `${Deno.build.arch} ${features ?? processorModel()}`;
}

/** The processor's name as its maker gives it. */
export function processorModel(): string {
  return cpus()[0]?.model.trim() ?? "unknown processor";
}

/** The first processor's feature list of Linux's `/proc/cpuinfo` (`flags`; `Features` on ARM), sorted. */
export function parseFeatures(cpuinfo: string): string | undefined {
  const line = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1];
  return line?.trim().split(/\s+/).sort().join(" ");
}

/**
 * The start of `/proc/cpuinfo`, enough for the first processor. Deno itself opens files of `/proc` only
 * under `--allow-all`; the C library does so under the `--allow-ffi` that the engine needs anyway.
 */
function readCpuInfo(): string {
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
  });
  try {
    const file = libc.symbols.open(new TextEncoder().encode("/proc/cpuinfo\0"), 0);
    if (file < 0) return "";
    const bytes = new Uint8Array(16384);
    const length = Number(libc.symbols.read(file, bytes, BigInt(bytes.length)));
    libc.symbols.close(file);
    return new TextDecoder().decode(bytes.subarray(0, Math.max(0, length)));
  } finally {
    libc.close();
  }
}
