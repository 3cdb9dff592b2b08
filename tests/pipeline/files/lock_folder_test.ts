import assert from "node:assert/strict";
import { LockedError } from "../../../pipeline/errors.ts";
import { lockFolder } from "../../../pipeline/files/lock_folder.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test({
  name: "a folder is one process's at a time, and nothing is left in it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = await temporary();
    {
      using _lock = await lockFolder(folder.path);
      await assert.rejects(lockFolder(folder.path), {
        name: LockedError.name,
        message:
          /another process does; expected to be the only one; wait for it, or choose another$/,
      });
    }
    using _again = await lockFolder(folder.path);
    assert.deepEqual([...Deno.readDirSync(folder.path)], []);
  },
});

Deno.test("a folder that cannot be opened is taken as it is", async () => {
  using _lock = await lockFolder("/nowhere/at/all");
});
