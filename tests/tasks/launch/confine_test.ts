import assert from "node:assert/strict";
import { join } from "node:path";
import { networkFilter } from "../../../tasks/launch/confine.ts";
import { temporary } from "../../_support/tiny.ts";

const resolve = (path: string) => JSON.stringify(import.meta.resolve(`../../../${path}`));
const ignore = Deno.build.os !== "linux";

/** Says which sockets native code gets, here and in a program that is started. */
const probe = `
import { openLibc } from ${resolve("pipeline/files/libc.ts")};
using libc = openLibc({ socket: { parameters: ["i32", "i32", "i32"], result: "i32" } });
const families = { unix: 1, inet: 2, inet6: 10, netlink: 16, packet: 17 };
for (const [name, family] of Object.entries(families)) {
  console.log(name, libc.symbols.socket(family, name === "packet" ? 3 : 1, 0) >= 0);
}
const { success } = await new Deno.Command("bash", {
  args: ["-c", "exec 3<>/dev/udp/127.0.0.1/9"],
  stderr: "null",
}).output();
console.log("program", success);
try {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  console.log("listen true");
  const { port } = listener.addr;
  const connected = await Deno.connect({ hostname: "127.0.0.1", port });
  console.log("connect true");
  connected.close();
  listener.close();
} catch (error) {
  console.log("refused", error.message.split(" (")[0]);
}
const { symbols } = openLibc({
  sendto: { parameters: ["i32", "buffer", "usize", "i32", "buffer", "u32"], result: "isize" },
});
const stream = libc.symbols.socket(2, 1, 0);
const address = Uint8Array.of(2, 0, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
const FASTOPEN = 0x20000000;
const sent = stream < 0 ? -1 : symbols.sendto(stream, Uint8Array.of(1), 1n, FASTOPEN, address, 16);
console.log("fast open", Number(sent) >= 0, stream >= 0);
`;

const confined = `
import { denyNetwork } from ${resolve("tasks/launch/confine.ts")};
import { execute } from ${resolve("tasks/launch/execute.ts")};
const [script, listens] = Deno.args;
if (!denyNetwork({ listens: listens !== undefined })) throw new Error("the kernel takes no filter");
execute(Deno.execPath(), ["run", "-A", "--no-check", script]);
`;

async function run(directory: string, script: string, ...args: string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", join(directory, script), ...args],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test("fault 51: what is confined has no socket but this machine's, whoever asks for it", {
  ignore,
}, async () => {
  await using directory = await temporary();
  await Deno.writeTextFile(join(directory.path, "probe.ts"), probe);
  await Deno.writeTextFile(join(directory.path, "confined.ts"), confined);
  const free = await run(directory.path, "probe.ts");
  assert.match(free, /^inet true$/m, "the probe shows nothing");
  assert.match(free, /^program true$/m, "the probe shows nothing");
  assert.match(free, /^connect true$/m, "the probe shows nothing");
  const said = await run(directory.path, "confined.ts", join(directory.path, "probe.ts"));
  assert.deepEqual(said.trimEnd().split("\n"), [
    "unix true",
    "inet false",
    "inet6 false",
    "netlink false",
    "packet false",
    "program false",
    "refused Permission denied",
    "fast open false false",
  ]);
  const server = await run(
    directory.path,
    "confined.ts",
    join(directory.path, "probe.ts"),
    "listens",
  );
  assert.deepEqual(server.trimEnd().split("\n"), [
    "unix true",
    "inet true", // a stream's; it can be listened on and not be connected
    "inet6 false",
    "netlink false",
    "packet false",
    "program false",
    "listen true",
    "refused Connection refused",
    "fast open false true",
  ]);
});

Deno.test("the filter is for processors whose calls are known", () => {
  assert.equal(networkFilter("x86_64")!.length, networkFilter("aarch64")!.length);
  assert.equal(networkFilter("riscv64"), undefined);
});
