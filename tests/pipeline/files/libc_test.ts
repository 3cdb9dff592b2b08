import assert from "node:assert/strict";
import { cString, findLibc, openLibc } from "../../../pipeline/files/libc.ts";

const ignore = Deno.build.os !== "linux";

Deno.test("the C library is opened by a path that a permission can name", { ignore }, () => {
  assert.match(findLibc()!, /^\//);
  using libc = openLibc({ getpid: { parameters: [], result: "i32" } });
  assert.equal(libc!.symbols.getpid(), Deno.pid);
});

Deno.test("without permission there is none", { ignore, permissions: { ffi: false } }, () => {
  assert.equal(findLibc(), undefined);
  assert.equal(openLibc({}), undefined);
});

Deno.test("a text ends with a zero byte", () => {
  assert.deepEqual(cString("aé"), Uint8Array.of(0x61, 0xc3, 0xa9, 0));
});
