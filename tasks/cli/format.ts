/**
 * Numbers and names as people read them.
 *
 * @module
 */

/** `1 epoch`, `6 epochs`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `754`, `12.3k` or `1.20M`: a number of at most four characters or so. */
export function formatCount(value: number): string {
  if (value < 1000) return value.toFixed(0);
  return value < 1e6 ? `${(value / 1e3).toFixed(1)}k` : `${(value / 1e6).toFixed(2)}M`;
}

/** `14,970,516`: every digit. */
export function formatWhole(value: number): string {
  return value.toLocaleString("en");
}

/** `42 kB`, `120 MB` or `3.8 GB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `42 s`, `3 min 05 s` or `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const pad = (value: number) => String(value).padStart(2, "0");
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor(whole % 3600 / 60))} min`;
}

/** `71.8` for 0.718; `blank` where the value is undefined. */
export function formatPercent(share: number, blank = ""): string {
  return Number.isNaN(share) ? blank : (share * 100).toFixed(1);
}

/** An argument as a shell takes it. */
export function quoteArgument(argument: string): string {
  return /^[\w./=,:@-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
