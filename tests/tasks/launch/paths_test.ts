import assert from "node:assert/strict";
import { join } from "node:path";
import { absolute, namedPaths, optionValue, withLinks } from "../../../tasks/launch/paths.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("every argument may be a path, and what follows a = in it; an option's name is none", () => {
  const rows: [string[], string[]][] = [
    [["--mimic", "m", "--out=d"], ["m", "d"]],
    [["--notes", "train=a.csv", "b=c=d"], ["train=a.csv", "a.csv", "b=c=d", "c=d", "d"]],
    [["--set=model.checkpoint=bert"], ["model.checkpoint=bert", "bert"]],
    [["-", "--force", "", "--out="], []],
    [["--", "-odd.txt"], ["-odd.txt"]],
  ];
  for (const [args, paths] of rows) assert.deepEqual(namedPaths(args), paths);
});

Deno.test("an option's value is the last one that is given", () => {
  assert.equal(optionValue(["--out", "a", "--out=b"], "--out"), "b");
  assert.equal(optionValue(["--out"], "--out"), undefined);
  assert.equal(optionValue(["--outer", "a"], "--out"), undefined);
});

Deno.test("a path is taken from the current folder on", () => {
  assert.equal(absolute("a/../b"), join(Deno.cwd(), "b"));
  assert.equal(absolute("/a/./b"), "/a/b");
});

Deno.test("a path stands for where it leads, and a folder for where the links in it do", async () => {
  await using directory = await temporary();
  const root = await Deno.realPath(directory.path);
  const at = (name: string) => join(root, name);
  await Deno.mkdir(at("tables"));
  await Deno.writeTextFile(at("notes.csv"), "");
  await Deno.symlink(at("notes.csv"), at("tables/NOTEEVENTS.csv"));
  await Deno.symlink(at("tables"), at("link"));
  assert.deepEqual(
    new Set(withLinks(at("link"))),
    new Set([at("link"), at("tables"), at("notes.csv")]),
  );
  assert.deepEqual(
    new Set(withLinks(at("link/new/x"))),
    new Set([at("link/new/x"), at("tables/new/x")]),
  );
  assert.deepEqual(new Set(withLinks(at("notes.csv"))), new Set([at("notes.csv")]));
});
