/** The readers of files that come from elsewhere, or were damaged since they were written. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { zipSync } from "fflate";
import { resolveConfig } from "../../../model/config/presets.ts";
import { startEngine } from "../../../model/engine/engine.ts";
import { readCheckpoint } from "../../../model/run/checkpoint.ts";
import { recordPath } from "../../../model/run/record.ts";
import { createRun, openRun } from "../../../model/run/run.ts";
import { type CcsTables, readCcs } from "../../../pipeline/codes/ccs.ts";
import { openDataset } from "../../../pipeline/dataset/open.ts";
import { stripControls } from "../../../pipeline/errors.ts";
import { sha256 } from "../../../pipeline/files/checksum.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  type Safetensors,
} from "../../../pipeline/files/safetensors.ts";
import { readJsonLines, surveyJsonLines } from "../../../pipeline/source/json_table.ts";
import { lookAt } from "../../../pipeline/source/stored_text.ts";
import { parseManifest } from "../../../pipeline/manifest.ts";
import { readNotes } from "../../../tasks/cli/read_notes.ts";
import { type KeptDecision, parseDecisions } from "../../../tasks/serve/decisions.ts";
import { readTable } from "../read_table.ts";
import { writeTinyDataset } from "../tiny_dataset.ts";
import type { Reader } from "./fuzz.ts";

const encode = (text: string) => new TextEncoder().encode(text);

const TENSORS = {
  "gru.weight": { dtype: "F32", shape: [30, 3], data: new Float32Array(90).fill(1) },
  "offsets": { dtype: "I64", shape: [2], data: BigInt64Array.of(0n, 7n) },
  "empty": { dtype: "I32", shape: [0, 4], data: new Int32Array() },
} as const;

/** A file's tensors are the bytes at the offsets that its header names. */
export const safetensors: Reader<Safetensors> = {
  valid: [encodeSafetensors(TENSORS, { step: "7" }), encodeSafetensors({})],
  read: (bytes) => decodeSafetensors(bytes),
  check({ tensors, metadata }, bytes) {
    const headerBytes = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + headerBytes)));
    const { __metadata__: expected = {}, ...entries } = header;
    assert.deepEqual({ ...metadata }, { ...expected });
    assert.equal(tensors.size, Object.keys(entries).length);
    for (const [name, { dtype, shape, data }] of tensors) {
      assert.deepEqual([dtype, shape], [entries[name].dtype, entries[name].shape]);
      const [begin, end] = entries[name].data_offsets.map((at: number) => 8 + headerBytes + at);
      const found = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      assert.deepEqual([...found], [...bytes.subarray(begin, end)]);
    }
  },
};

/** A checkpoint of these tensors, with the digest that it has of itself. */
function sealedCheckpoint(): Uint8Array {
  const digest = "0".repeat(64);
  const bytes = encodeSafetensors({ "gru.weight": TENSORS["gru.weight"] }, {
    state: '{"step":7}',
    sha256: digest,
  });
  const at = new TextDecoder("latin1").decode(bytes).indexOf(digest);
  const sealed = bytes.slice();
  sealed.set(encode(sha256(bytes)), at);
  return sealed;
}

const DECISION = {
  time: "2026-01-31T09:00:00.000Z",
  note: "a".repeat(64),
  id: "17",
  code: "428.0",
  decision: "reject",
  reason: "known for years, é",
  probability: 0.25,
  task: "icd",
  run: "runs/a",
  weights: "b".repeat(64),
};

/** Whole lines are decisions; half a line behind them is none. */
const decisions: Reader<readonly KeptDecision[]> = {
  valid: [2, 1, 0].map((lines) => encode(`${JSON.stringify(DECISION)}\n`.repeat(lines))),
  read: (bytes) => parseDecisions(new TextDecoder().decode(bytes), "decisions.jsonl").decided,
  check(decided, bytes) {
    const lines = new TextDecoder().decode(bytes).split("\n").slice(0, -1);
    const objects = lines.map((line) => JSON.parse(line));
    for (const object of objects) if ("id" in object) object.id = stripControls(object.id);
    assert.deepEqual(decided, objects);
  },
};

/** Readers of files in a folder, in which they write what is to be read. */
export async function readersIn(folder: string) {
  const at = (name: string) => join(folder, name);
  const put = async (name: string, bytes: Uint8Array) => {
    await Deno.writeFile(at(name), bytes);
    return at(name);
  };
  await writeTinyDataset(at("data"));
  const dataset = await openDataset(at("data"));
  const engine = await startEngine({ engine: "wasm" }); // what is said of it stands in the record
  const run = await createRun(at("run"), { config: resolveConfig({}), dataset, engine });
  const whole = { ...run };

  const checkpoint: Reader<unknown> = {
    valid: [sealedCheckpoint()],
    read: async (bytes) => {
      const { tensors, metadata } = await readCheckpoint(await put("last.safetensors", bytes));
      return { tensors: [...tensors], state: metadata.state };
    },
    check: (content) =>
      assert.deepEqual(content, {
        tensors: [["gru.weight", TENSORS["gru.weight"]]],
        state: '{"step":7}',
      }),
  };
  const manifest: Reader<unknown> = {
    valid: [await Deno.readFile(at("data/manifest.json"))],
    read: (bytes) => parseManifest(new TextDecoder().decode(bytes), "manifest.json"),
    check: (content) => assert.deepEqual(content, dataset.manifest),
  };
  const config: Reader<unknown> = {
    valid: [await Deno.readFile(recordPath(at("run")))],
    read: async (bytes) => {
      await Deno.writeFile(recordPath(at("run")), bytes);
      return await openRun(at("run"));
    },
    check: (content) => assert.deepEqual(content, whole),
  };
  return { safetensors, checkpoint, manifest, config, decisions, ...tablesIn(put) };
}

const CCS = {
  "ccs/$dxref 2015.csv": encode("note\nheader\n'4280 ','108  ','chf',\"CHF NOS\"\n"),
  "ccs/$prref 2015.csv": encode("note\nheader\n'0066 ','45 ','PTCA',\"PTCA\"\n"),
};

const TABLES = [
  'id,text\n1,"fever, pain\nand ""cough"""\n2,none\n3,"two, three"\n4,""\n5,"a ""b"" c"\n6,end\n',
  "\ufeffid,text,more\r\n" + [1, 2, 3, 4, 5].map((n) => `10000${n},words ${n},${n}\r\n`).join(""),
  "id\ttext\nn1\tone two\nn2\tthree\nn3\tfour, five\nn4\t\nn5\tsix\n",
].map(encode);

const LINES = [
  '{"id": 1, "text": "fever"}\n{"id": 9007199254740993, "text": "pain\\n\\u00e9"}\n',
  '{"id": "a", "text": ""}\r\n\r\n{"text": "x", "id": "b", "codes": ["I10", 1.50], "n": null}',
].map(encode);

/** A line's object as JSON.parse has it; Python writes NaN and Infinity where it has no number. */
function objectOf(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line);
  } catch {
    return JSON.parse(line.replaceAll(/(?<=[:,[]\s*)-?(?:NaN|Infinity)(?=\s*[,}\]])/g, "null"));
  }
}

const objectsOf = (bytes: Uint8Array): Record<string, unknown>[] =>
  new TextDecoder().decode(bytes).split(/\r?\n/).filter((line) => line.trim() !== "").map(objectOf);

function tablesIn(put: (name: string, bytes: Uint8Array) => Promise<string>) {
  const ccs: Reader<CcsTables> = {
    valid: [zipSync(CCS), zipSync(CCS, { level: 0 })],
    read: async (bytes) => await readCcs(await put("ccs.zip", bytes)),
    check: ({ files }) => assert.deepEqual(files.map(({ bytes }) => bytes), Object.values(CCS)),
  };
  const csv: Reader<(string | null)[][]> = {
    valid: TABLES,
    read: (bytes) => readTable(bytes, { required: ["id", "text"] }),
    check(rows) {
      assert.ok(rows.length > 1);
      assert.ok(rows.every(({ length }) => length === rows[0]!.length));
    },
  };
  const jsonLines: Reader<unknown[][]> = {
    valid: LINES,
    read: async (bytes) => {
      const path = await put("table.jsonl", bytes);
      const stored = await lookAt(path, 1 << 20);
      const { keys } = await surveyJsonLines(path, stored);
      const rows = (await Array.fromAsync(readJsonLines(path, stored, keys))).flat();
      return [[...keys], ...rows.map((row) => [...row])];
    },
    check([keys, ...rows], bytes) {
      const objects = objectsOf(bytes);
      assert.equal(rows.length, objects.length);
      for (const [at, object] of objects.entries()) {
        for (const [place, key] of (keys as string[]).entries()) {
          const value = Object.hasOwn(object, key) ? object[key] : "";
          if (typeof value === "string") assert.equal(rows[at]![place], value);
        }
      }
    },
  };
  const notes: Reader<{ id: string; text: string }[]> = {
    valid: LINES.map((bytes) =>
      encode(new TextDecoder().decode(bytes).replace('"n": null', '"n": 1'))
    ),
    read: async (bytes) => {
      const path = await put("notes.jsonl", bytes);
      return (await Array.fromAsync(readNotes(path, { jsonl: true }))).flat();
    },
    check(notes, bytes) {
      const asParsed = (text: string, parsed: unknown) =>
        // numbers keep all of their digits
        typeof parsed === "number" ? Number(text) : text;
      const texts = objectsOf(bytes).map(({ text }) => text);
      assert.deepEqual(
        notes.map(({ text }, at) => asParsed(text, texts[at])),
        texts.map((text) => typeof text === "number" ? text : `${text}`),
      );
    },
  };
  return { ccs, csv, jsonLines, notes };
}
