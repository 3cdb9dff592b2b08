// What the person decided of the note that is shown, code by code. The server keeps it where it was told to.
import { get, post } from "./api.js";

/** What a decision makes of a code. */
export const WORDS = { accept: "accepted", reject: "rejected", add: "added" };

/** The decisions of each note, by its digest and by the code. */
const ofNotes = new Map();

/** The decisions of a note that was coded, those of earlier days among them. */
export async function loadDecisions({ note }, task) {
  const own = ofNotes.get(`${task} ${note}`);
  if (own) return own;
  const { decisions } = await get("api/decisions", { note });
  const made = decisions.filter((one) => one.task === task && one.decision !== "undo");
  const found = new Map(
    made.map(({ code, decision, reason = "" }) => [code, { decision, reason }]),
  );
  ofNotes.set(`${task} ${note}`, found);
  return found;
}

/**
 * Decides of a code of what is shown: in memory once the server has kept it, so that nothing seems to be
 * kept that is not.
 */
export async function decide(
  { run, task, prediction, decisions },
  code,
  { decision, reason = "" },
) {
  const { probability } = prediction.codes.find((one) => one.code === code) ?? {};
  await post("api/decisions", {
    run,
    task,
    note: prediction.note,
    id: prediction.id,
    code,
    decision,
    reason: reason === "" ? undefined : reason,
    probability,
  });
  if (decision === "undo") decisions.delete(code);
  else decisions.set(code, { decision, reason });
}
