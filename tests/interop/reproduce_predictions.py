"""Loads a run's best checkpoint into PyTorch and reproduces the project's probabilities.

    deno task evaluate --run RUN --data DATA --split dev --scores
    python tests/interop/reproduce_predictions.py RUN DATA --split dev \
        --scores RUN/predictions/dev.scores.safetensors

Every document is read from the dataset's shards and computed alone, without padding. Exits with 1
when a probability differs by more than 1e-4.
"""

import argparse
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import load_file

from marn import Marn

TOLERANCE = 1e-4


def load_model(path):
    """The model that a checkpoint's tensors make up, whatever its sizes and ablations."""
    tensors = {n: t for n, t in load_file(path).items() if not n.startswith("optimizer.")}
    vocabulary, embedding = tensors["word_embedding.weight"].shape
    hidden = tensors["gru.weight_hh_l0"].shape[1]
    labels = {t: len(tensors[f"{t}.score.bias"]) for t in ("icd", "ccs") if f"{t}.score.bias" in tensors}
    ram = any(name.startswith("ram.") for name in tensors)
    up = "linear" if ram and tensors["ram.up1.conv1.weight"].shape[2] == 1 else "deconvolution"
    model = Marn(vocabulary, embedding, hidden, labels, ram, up)
    missing, unexpected = model.load_state_dict(tensors, strict=False)
    assert not unexpected, unexpected
    assert all(name.endswith("num_batches_tracked") for name in missing), missing
    return model.eval()


def read_documents(directory, split, vocabulary, max_tokens):
    """Token ids of each document, in the split's order; ids from `vocabulary` on are rare words."""
    documents = {}
    for path in sorted(Path(directory, "shards").glob(f"{split}-*.safetensors")):
        shard = load_file(path)
        for i, row in enumerate(shard["documents"].tolist()):
            start, end = shard["offsets"][i].item(), shard["offsets"][i + 1].item()
            tokens = shard["tokens"][start:end][:max_tokens].long()
            documents[row] = tokens.where(tokens < vocabulary, 1)  # to models of words, rare ones are unknown
    return [documents[row] for row in range(len(documents))]


def probabilities(model, documents, task):
    rows = []
    for tokens in documents:
        tokens = tokens if len(tokens) else torch.ones(1, dtype=torch.long)  # a lone unknown token
        rows.append(torch.sigmoid(model(tokens[None], torch.tensor([len(tokens)]))[task][0]))
    return torch.stack(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--task", default="icd", choices=("icd", "ccs"))
    parser.add_argument("--scores", type=Path, required=True)
    options = parser.parse_args()
    config = json.loads((options.run / "config.json").read_text())["config"]
    model = load_model(options.run / "best.safetensors")
    vocabulary = len(model.word_embedding.weight)
    documents = read_documents(options.data, options.split, vocabulary, config["maxTokens"])
    theirs = load_file(options.scores)["scores"]
    with torch.no_grad():
        ours = probabilities(model, documents, options.task)
    assert ours.shape == theirs.shape, (tuple(ours.shape), tuple(theirs.shape))
    worst = (ours - theirs).abs().max().item()
    print(f"{len(documents)} documents, {ours.shape[1]} labels: largest difference {worst:.2e}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    sys.exit(main())
