/**
 * Single notes as the model of a run reads them.
 *
 * @module
 */
import { type Documents, unlabelledDocuments } from "../../pipeline/dataset/documents.ts";
import { type EncodedText, encodeText, indexVocabulary } from "../../pipeline/text/vocabulary.ts";
import type { Model } from "../model.ts";
import type { RunDataset } from "./record.ts";
import type { Run } from "./run.ts";

/** Notes as the token ids that a model reads. */
export interface NotesInTokens {
  /** In the notes' order; words that the model spells have ids behind the vocabulary's. */
  readonly texts: readonly EncodedText[];
  /** The same as documents, with sentences where the run was trained on such. */
  readonly documents: Documents;
}

/** An encoder of texts for a run's model. */
export function createNoteEncoder(
  run: Pick<Run, "vocabulary"> & { readonly dataset: Pick<RunDataset, "sentences"> },
  model: Pick<Model, "spell">,
): (notes: readonly { readonly text: string }[]) => NotesInTokens {
  const vocabulary = indexVocabulary(run.vocabulary);
  const index = { get: (word: string) => vocabulary.get(word) ?? model.spell?.(word) };
  return (notes) => {
    const texts = notes.map(({ text }) => encodeText(text, index));
    const documents = unlabelledDocuments(texts.map(({ ids: tokens, sentences }) => ({
      tokens,
      sentences: run.dataset.sentences ? sentences : undefined,
    })));
    return { texts, documents };
  };
}
