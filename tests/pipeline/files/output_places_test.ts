import assert from "node:assert/strict";
import { join } from "node:path";
import { UsageError } from "../../../pipeline/errors.ts";
import { requireDistinct, requireOutside } from "../../../pipeline/files/output_places.ts";
import { temporary } from "../../_support/tiny.ts";

Deno.test("fault 79: what is read is not written, under whatever name", async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  await Deno.writeTextFile(at("note.txt"), "text");
  await Deno.symlink("note.txt", at("link"));
  await Deno.link(at("note.txt"), at("second"));
  await requireDistinct([at("note.txt"), at("new"), at("newer"), "-"]);
  for (const other of ["note.txt", "link", "second", "./note.txt"]) {
    await assert.rejects(requireDistinct([at("note.txt"), at(other)]), UsageError);
  }
  await assert.rejects(requireDistinct([at("new"), at("x/../new")]), UsageError);
});

Deno.test("fault 79: nothing is written among files that belong together, under whatever name", async () => {
  await using directory = await temporary();
  const at = (name: string) => join(directory.path, name);
  await Deno.mkdir(at("run/labels"), { recursive: true });
  await Deno.writeTextFile(at("run/report.html"), "report");
  await Deno.symlink("run", at("link"));
  await Deno.symlink("run/report.html", at("page.html"));
  await requireOutside(at("run"), [at("new"), at("run.html"), at("nowhere/new"), "-"]);
  for (
    const name of ["run/new", "run/report.html", "run/labels/new", "link/new", "page.html", "run"]
  ) {
    await assert.rejects(requireOutside(at("run"), [at("new"), at(name)]), UsageError, name);
    await assert.rejects(requireOutside(at("link"), [at(name)]), UsageError, name);
  }
});
