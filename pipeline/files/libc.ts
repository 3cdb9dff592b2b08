/**
 * The C library, for the few things that Deno has no call for. It is opened by one of a few paths, so
 * that a command's permission can name it.
 *
 * @module
 */

/** Where it may lie: Debian's places, Fedora's, Arch's; at last wherever the loader finds it. */
const PATHS: { readonly [os: string]: readonly string[] } = {
  linux: [
    `/lib/${Deno.build.arch}-linux-gnu/libc.so.6`,
    "/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/usr/lib64/libc.so.6",
    "libc.so.6",
  ],
  darwin: ["/usr/lib/libSystem.B.dylib"],
};

/** A library that is closed when it is disposed. */
type Library<Symbols extends Deno.ForeignLibraryInterface> =
  & Deno.DynamicLibrary<Symbols>
  & Disposable;

/** The path by which this process may open the C library; undefined where there is none. */
export function findLibc(): string | undefined {
  return (PATHS[Deno.build.os] ?? []).find((path) => {
    // Asked first, since a terminal's user would be asked for what a command may do without.
    if (Deno.permissions.querySync({ name: "ffi", path }).state !== "granted") return false;
    try {
      Deno.dlopen(path, {}).close();
      return true;
    } catch {
      return false; // not there
    }
  });
}

/** Opens the C library; undefined where there is none, or none that this process may open. */
export function openLibc<const Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): Library<Symbols> | undefined {
  const path = findLibc();
  if (path === undefined) return undefined;
  const library = Deno.dlopen(path, symbols);
  return Object.assign(library, { [Symbol.dispose]: () => library.close() });
}

/**
 * `memmove`, which returns where a buffer lies: Deno's own call for that asks for the permission to open
 * every library.
 */
export const MEMMOVE = { parameters: ["buffer", "buffer", "usize"], result: "u64" } as const;

/** A text as C functions take it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(`${text}\0`);
}
