// What the person decided of the notes that were shown, code by code. The server keeps it where it was
// told to.
import { get, post } from "./api.js";

/** What a decision makes of a code. */
export const WORDS = { accept: "accepted", reject: "rejected", add: "added" };

/** The decisions of each note, by its label set and digest, and by the code. */
const ofNotes = new Map();

/** The decisions of a note that was coded, those of earlier days among them. */
export async function loadDecisions({ note }, task) {
  const key = `${task} ${note}`;
  const own = ofNotes.get(key);
  if (own) return own;
  const { decisions } = await get("api/decisions", { note });
  const made = decisions.filter((one) => one.task === task && one.decision !== "undo");
  const found = made.map(({ code, decision, reason }) => [code, { decision, reason }]);
  ofNotes.set(key, new Map(found));
  return ofNotes.get(key);
}

/** Decides of a code of what is shown: here once the server has heard it. */
export async function decide({ run, task, prediction, decisions }, code, { decision, reason }) {
  const { note, id, codes } = prediction;
  await post("api/decisions", {
    run,
    task,
    note,
    id,
    code,
    decision,
    reason: reason === "" ? undefined : reason,
    probability: codes.find((one) => one.code === code)?.probability,
  });
  if (decision === "undo") decisions.delete(code);
  else decisions.set(code, { decision, reason });
}
