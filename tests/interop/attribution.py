"""Golden values of gradient × input: for every document, code and word, from PyTorch's autograd.

Systems, weights and documents are those of zoo.py. The gradient of each logit is taken in the embedded
words themselves, and multiplied with them: nothing here knows of gates. Systems with batch norm are left
out, whose statistics zoo.py takes from the batch.

Made with: python tests/interop/attribution.py > fixtures/golden/attribution.json   (torch 2.13.0, transformers 5.x)
"""

import json
import sys

import torch
import transformers

import zoo

SYSTEMS = ["cnn", "bigru", "caml", "dr-caml", "laat", "joint-laat", "fusion", "mdbert"]
EMBEDDED = []  # for each document: embedded words [E, N], as the system read them


def embed(table):
    EMBEDDED[:] = [table[tokens].T for tokens in zoo.DOCUMENTS]
    return [x if x.requires_grad else x.requires_grad_() for x in EMBEDDED]


def words_and_logits(run):
    """The tensors that stand for each document's words, their owners, the axis of features; the logits."""
    EMBEDDED.clear()
    zoo.embed = embed
    pieces = []  # MDBERT: embedded pieces [P, C] of each sentence
    hook = lambda _module, _inputs, output: pieces.append(output)
    original = transformers.BertModel.__init__

    def watched(self, *args, **kwargs):
        original(self, *args, **kwargs)
        self.embeddings.word_embeddings.register_forward_hook(hook)

    transformers.BertModel.__init__ = watched
    try:
        logits, _ = run(zoo.Weights())
    finally:
        transformers.BertModel.__init__ = original
    if EMBEDDED:
        return [[(x, range(x.shape[1]), 0)] for x in EMBEDDED], logits
    documents, used = [], 0
    for tokens in zoo.DOCUMENTS:
        words = [len(zoo.pieces_of(t)[: zoo.WINDOW - 2]) for t in tokens.tolist()]
        owners = [word for word, count in enumerate(words) for _ in range(count)]
        sentences = zoo.sentences_of(tokens)
        parts, at = [], 0
        for sentence in sentences:
            inner = len(sentence) - 2
            parts.append((pieces[used], [None, *owners[at : at + inner], None], 2))
            at += inner
            used += 1
        documents.append(parts)
    return documents, logits


def gradients(run):
    documents, logits = words_and_logits(run)
    answers = []
    for row, parts in enumerate(documents):
        count = len(zoo.DOCUMENTS[row])
        by_label = []
        for label in range(zoo.ICD):
            inputs = [x for x, _, _ in parts]
            slopes = torch.autograd.grad(logits[row, label], inputs, retain_graph=True, allow_unused=True)
            assert slopes[0] is not None  # sentences beyond the sixth are not read
            values = [0.0] * count
            for (x, owners, axis), slope in zip(parts, slopes):
                products = torch.zeros_like(x) if slope is None else x * slope
                for owner, value in zip(owners, products.sum(axis).flatten().tolist()):
                    if owner is not None:
                        values[owner] += value
            by_label.append([float(f"{value:.9g}") for value in values])
        answers.append(by_label)
    return answers


if __name__ == "__main__":
    json.dump({
        "origin": f"tests/interop/attribution.py, torch {torch.__version__}, "
                  f"transformers {transformers.__version__}, float64",
        "systems": {name: gradients(zoo.SYSTEMS[name]) for name in SYSTEMS},
    }, sys.stdout, separators=(",", ":"))
    print()
