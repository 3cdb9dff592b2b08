/**
 * Where the user's cache is.
 *
 * @module
 */
import { join } from "node:path";
import { ResourceError } from "../../../pipeline/errors.ts";

/** `$XDG_CACHE_HOME/marn-deno`, or what stands for it on this system. */
export function cacheDirectory(): string {
  const base = Deno.env.get("XDG_CACHE_HOME") ||
    (Deno.build.os === "windows" && Deno.env.get("LOCALAPPDATA")) ||
    homeCache();
  return join(base, "marn-deno");
}

function homeCache(): string {
  const home = Deno.env.get("HOME") || Deno.env.get("USERPROFILE");
  if (!home) {
    throw new ResourceError(
      "locating the user cache: neither XDG_CACHE_HOME nor HOME is set; set XDG_CACHE_HOME",
    );
  }
  return Deno.build.os === "darwin" ? join(home, "Library", "Caches") : join(home, ".cache");
}
