import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const module = new URL("../../../tasks/bench/peer_python.ts", import.meta.url).href;

/** What `peerPython` gives in a process of that environment. */
async function peerPython(env: Record<string, string>): Promise<string> {
  const code = `import { peerPython } from "${module}";
    console.log(await peerPython().catch(({ name, message }) => name + ": " + message));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", code],
    cwd: fileURLToPath(new URL("../../../", import.meta.url)),
    env,
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("the Python that MARN_PEER_PYTHON names is taken as it is", async () => {
  assert.equal(await peerPython({ MARN_PEER_PYTHON: "/nowhere/python" }), "/nowhere/python");
});

Deno.test("without a Python to make an environment with, the error says what to install", async () => {
  const cache = await Deno.makeTempDir();
  const said = await peerPython({ MARN_PEER_PYTHON: "", PATH: "/nowhere", XDG_CACHE_HOME: cache });
  assert.match(said, /^ResourceError: installing the peers in .*peers: .*python3/);
  assert.match(said, /expected Python 3\.11 or newer .*MARN_PEER_PYTHON$/);
  await Deno.remove(cache, { recursive: true });
});
