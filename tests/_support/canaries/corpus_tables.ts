/** The tables of a corpus of one's own. */
import { join } from "node:path";
import { csv } from "../tiny.ts";
import { IDS, type Table } from "./tables.ts";

const notes = IDS.map((id, at) => [id, `fever and cough since monday ${at}`, `p${at}`, "train"]);
const bareNotes = notes.map((row) => row.slice(0, 2));
const labels = IDS.map((id) => [id, "I10"]);

/** Tables that every corpus has, by the option that names them. */
const NEEDED = {
  "--notes": csv(["id", "text"], bareNotes),
  "--labels": csv(["id", "code"], labels),
} as const;

/** The command that reads a table by an option, beside the tables that every corpus has. */
function commandWith(option: string): Table["command"] {
  return async (content, folder, format) => {
    const path = join(folder, `table.${format}`);
    await Deno.writeFile(path, content);
    const args = ["prepare", "--source", "corpus", option, path];
    for (const [other, text] of Object.entries(NEEDED)) {
      if (other === option) continue;
      const needed = join(folder, `${other.slice(2)}.csv`);
      await Deno.writeTextFile(needed, text);
      args.push(other, needed);
    }
    return args;
  };
}

/** Each table that an option of `prepare` names. */
export const corpusTables: readonly Table[] = [
  {
    name: "notes",
    columns: ["id", "text", "patient", "split"],
    rows: notes,
    texts: ["text"],
    command: commandWith("--notes"),
  },
  {
    name: "labels",
    columns: ["id", "code"],
    rows: labels,
    command: commandWith("--labels"),
  },
  {
    name: "further notes",
    columns: ["id", "text"],
    rows: bareNotes,
    texts: ["text"],
    command: commandWith("--embed-notes"),
  },
  {
    name: "groups",
    columns: ["code", "group", "title"],
    rows: [["I10", "7", "Heart"]],
    command: commandWith("--groups"),
  },
  {
    name: "titles",
    columns: ["code", "title"],
    rows: [["I10", "Hypertension"]],
    command: commandWith("--titles"),
  },
];
