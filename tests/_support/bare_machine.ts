/** A machine with nothing installed, for commands that are started there. */

/** Deno's own cache, which moves with XDG_CACHE_HOME unless it is named. */
const { denoDir } = JSON.parse(
  new TextDecoder().decode(
    (await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output()).stdout,
  ),
);

/**
 * The environment of a machine without pip and network, whose user's cache is an empty folder. Its
 * compiler knows --version, but compiles nothing.
 */
export function bareMachine(cache: string, compiler: string = Deno.execPath()) {
  return {
    XDG_CACHE_HOME: cache,
    DENO_DIR: denoDir,
    PATH: "/nonexistent",
    CXX: compiler,
    MARN_TENSORFLOW: "",
    PIP_INDEX_URL: "http://127.0.0.1:9/simple", // the discard port
  };
}
