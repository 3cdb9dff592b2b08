/**
 * A progress bar for bytes.
 *
 * @module
 */
import cliProgress from "cli-progress";

/** A bar under way; disposing removes it. */
export interface ByteBar extends Disposable {
  /** Bytes in all. */
  readonly total: number;
  /** Tells of further bytes done. */
  readonly advance: (bytes: number) => void;
}

/** Shows `title` and a bar of `total` bytes on a terminal; elsewhere nothing. */
export function showBytes(title: string, total: number): ByteBar {
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  const bar = new cliProgress.SingleBar({
    format: `${title} {bar} {value}/{total} MB, {eta_formatted} left`,
    hideCursor: true,
    clearOnComplete: true,
    noTTYOutput: false,
  }, cliProgress.Presets.shades_classic);
  let done = 0;
  bar.start(megabytes(total), 0);
  return {
    total,
    advance(bytes) {
      done += bytes;
      bar.update(megabytes(done));
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}
