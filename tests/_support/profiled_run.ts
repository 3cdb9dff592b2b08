/** What an evaluation leaves in a run for those that compare with its notes, without evaluating it. */
import { profileNotes } from "../../model/analysis/profile.ts";
import { writeProfile } from "../../model/run/profile_file.ts";
import { restoreModel } from "../../model/run/restore.ts";
import { openRun } from "../../model/run/run.ts";

/** Writes a profile into a run: how many documents its codes' counts are of, and one note. */
export async function openProfiled(directory: string, documents = 9) {
  const run = await openRun(directory);
  const restored = await restoreModel(run, "best");
  const counts = run.labels.icd.map((label) => label.documents.train);
  const note = { tokens: 1, unknown: 0, scores: new Float32Array(counts.length) };
  await writeProfile(directory, {
    weights: restored.sha256,
    task: "icd",
    threshold: 0.5,
    temperature: 1,
    training: { notes: documents, counts },
    profile: profileNotes([note], { threshold: 0.5, probability: (score) => score }),
  });
  return { run, restored };
}
