import assert from "node:assert/strict";
import { auditHeadPath, openAuditLog, verifyAuditLog } from "../../../pipeline/files/audit_log.ts";
import { temporary } from "../../_support/tiny.ts";

/** A log of some entries in a folder that is gone when disposed. */
async function writeLog(entries: number): Promise<{ path: string } & AsyncDisposable> {
  const folder = await temporary();
  const path = `${folder.path}/log.jsonl`;
  await using log = await openAuditLog(path);
  for (let at = 0; at < entries; at++) await log.append({ event: "prediction", codes: [`é${at}`] });
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const broken = (message: RegExp) => ({ name: "IntegrityError", message });

/** What verifying says once the log's lines are others. */
async function verifyEdited(path: string, edit: (lines: string[]) => string[]): Promise<unknown> {
  const lines = (await Deno.readTextFile(path)).split(/(?<=\n)/);
  await Deno.writeTextFile(path, edit(lines).join(""));
  return await verifyAuditLog(path);
}

Deno.test("a log as it was written is whole, and each line names the one before", async () => {
  await using log = await writeLog(3);
  const { entries, beyondHead } = await verifyAuditLog(log.path);
  assert.deepEqual({ entries, beyondHead }, { entries: 3, beyondHead: 0 });
  const lines = (await Deno.readTextFile(log.path)).trimEnd().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(lines.map(({ number }) => number), [1, 2, 3]);
  assert.deepEqual(
    lines.slice(1).map(({ previous }) => previous),
    lines.slice(0, 2).map(({ sha256 }) => sha256),
  );
});

Deno.test("a log that is opened again goes on", async () => {
  await using log = await writeLog(2);
  {
    await using again = await openAuditLog(log.path);
    await again.append({ event: "decision" });
  }
  assert.equal((await verifyAuditLog(log.path)).entries, 3);
});

Deno.test("fault 79: a log is not begun in somebody's file, which stays as it is", async () => {
  await using folder = await temporary();
  const path = `${folder.path}/diary.txt`;
  await Deno.writeTextFile(path, "dear diary\n");
  await assert.rejects(openAuditLog(path), { name: "UsageError", message: /it is another file/ });
  assert.equal(await Deno.readTextFile(path), "dear diary\n");
  await assert.rejects(Deno.lstat(auditHeadPath(path)), Deno.errors.NotFound);
});

Deno.test("every changed byte of a log and of its head is found", async () => {
  await using log = await writeLog(3);
  for (const path of [log.path, auditHeadPath(log.path)]) {
    const bytes = await Deno.readFile(path);
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1, 32, 128]) {
        const changed = bytes.slice();
        changed[at]! ^= flip;
        await Deno.writeFile(path, changed);
        await assert.rejects(verifyAuditLog(log.path), { name: "IntegrityError" }, `${path} ${at}`);
      }
    }
    await Deno.writeFile(path, bytes);
  }
  assert.equal((await verifyAuditLog(log.path)).entries, 3);
});

Deno.test("a byte that is no text is found where the log holds the character that stands for one", async () => {
  await using folder = await temporary();
  const path = `${folder.path}/log.jsonl`;
  {
    await using log = await openAuditLog(path);
    await log.append({ event: "prediction", codes: ["\ufffd"] });
  }
  const bytes = await Deno.readFile(path);
  const at = bytes.indexOf(0xef); // of its three bytes
  await Deno.writeFile(
    path,
    Uint8Array.of(...bytes.subarray(0, at), 0xff, ...bytes.subarray(at + 3)),
  );
  await assert.rejects(verifyAuditLog(path), broken(/it holds bytes that are no text/));
});

Deno.test("every byte that is left out or put in is found", async () => {
  await using log = await writeLog(2);
  const bytes = await Deno.readFile(log.path);
  for (let at = 0; at < bytes.length; at++) {
    for (const put of [[], [bytes[at]!, bytes[at]!], [13, bytes[at]!], [10, bytes[at]!]]) {
      await Deno.writeFile(
        log.path,
        Uint8Array.of(...bytes.subarray(0, at), ...put, ...bytes.subarray(at + 1)),
      );
      await assert.rejects(verifyAuditLog(log.path), { name: "IntegrityError" }, `${at} ${put}`);
    }
  }
});

for (
  const [what, edit, message] of [
    ["a missing line", ([a, , c, d]) => [a, c, d], /line 2 does not follow the one before it/],
    ["swapped lines", ([a, b, c, d]) => [a, c, b, d], /line 2 does not follow/],
    ["a line twice", ([a, b, c, d]) => [a, b, b, c, d], /line 3 does not follow/],
    ["a missing first line", ([, ...rest]) => rest, /line 1 does not follow/],
    ["a cut end", ([a, b]) => [a, b], /it ends with line 2, its head names 4: it was cut/],
    ["an end cut in a line", ([a, b, c, d]) => [a, b, c, d.slice(0, 9)], /line 4 is not as it was/],
    ["nothing left", () => [], /it ends with line 0, its head names 4/],
  ] as const satisfies readonly (readonly [
    string,
    (lines: [string, string, string, string]) => string[],
    RegExp,
  ])[]
) {
  Deno.test(`${what} is found`, async () => {
    await using log = await writeLog(4);
    await assert.rejects(
      verifyEdited(log.path, (lines) => edit(lines as [string, string, string, string])),
      broken(message),
    );
  });
}

Deno.test("a log without its head is not taken for whole", async () => {
  await using log = await writeLog(2);
  await Deno.remove(auditHeadPath(log.path));
  await assert.rejects(verifyAuditLog(log.path), broken(/its head .*log.jsonl.head/));
});

Deno.test("a whole log of other lines is told apart by a head kept elsewhere", async () => {
  await using log = await writeLog(2);
  const { entries, sha256 } = await verifyAuditLog(log.path);
  await using other = await writeLog(3);
  await verifyAuditLog(log.path, { entries, sha256 });
  const wrong = { entries, sha256: sha256.replace(/^./, (digit) => digit === "0" ? "1" : "0") };
  await assert.rejects(
    verifyAuditLog(other.path, wrong),
    broken(/line 2 is not the one that its head/),
  );
});

Deno.test("a line whose writer was killed before its head was written is kept, and said", async () => {
  await using log = await writeLog(2);
  const head = await Deno.readTextFile(auditHeadPath(log.path));
  {
    await using again = await openAuditLog(log.path);
    await again.append({ event: "prediction" });
  }
  await Deno.writeTextFile(auditHeadPath(log.path), head);
  const { entries, beyondHead } = await verifyAuditLog(log.path);
  assert.deepEqual({ entries, beyondHead }, { entries: 3, beyondHead: 1 });
});

Deno.test("a log is written to by one process at a time", async () => {
  await using log = await writeLog(1);
  await using _writer = await openAuditLog(log.path);
  const code = `const { openAuditLog } = await import(${
    JSON.stringify(new URL("../../../pipeline/files/audit_log.ts", import.meta.url).href)
  }); await openAuditLog(${JSON.stringify(log.path)}).catch(({ name }) => console.log(name));`;
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", code] }).output();
  assert.equal(new TextDecoder().decode(stdout), "LockedError\n");
});

Deno.test("a log that was changed is not appended to", async () => {
  await using log = await writeLog(2);
  const text = await Deno.readTextFile(log.path);
  await Deno.writeTextFile(log.path, text.replace("é0", "é7"));
  await assert.rejects(openAuditLog(log.path), broken(/line 1 is not as it was written/));
});

Deno.test("a log that the system does not let be made is refused with the reason", async () => {
  await using folder = await temporary();
  const path = `${folder.path}/log.jsonl`;
  const { open } = Deno;
  const refuse = () => Promise.reject(new Error("Read-only file system (os error 30)"));
  Object.defineProperty(Deno, "open", { value: refuse, configurable: true });
  try {
    await assert.rejects(openAuditLog(path), {
      name: "ResourceError",
      message: /^writing .*\/log\.jsonl: .*Read-only file system/,
    });
  } finally {
    Object.defineProperty(Deno, "open", { value: open, configurable: true });
  }
});

Deno.test("a log that was removed while it is open takes no entry, since that would be lost", async () => {
  for (const pathOf of [(path: string) => path, auditHeadPath]) {
    await using folder = await temporary();
    const path = `${folder.path}/log.jsonl`;
    await using log = await openAuditLog(path);
    await log.append({ event: "decision" });
    await Deno.remove(pathOf(path));
    await assert.rejects(log.append({ event: "decision" }), {
      name: "ResourceError",
      message:
        /^appending to .*log\.jsonl(\.head)?: it was removed meanwhile; expected the file as/,
    });
  }
});
