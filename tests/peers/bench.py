"""The benchmark's work in PyTorch, gensim and plain Python, as their users would write it.

    python tests/peers/bench.py '{"section": "step", …}'

`deno task bench --peer python` starts it; the request is that of tasks/bench/section.ts. Prints one line
of JSON: the seconds of every timed run after one that is not counted, and the process's peak memory.
PyTorch runs float32 with all processors, its fused GRU and Conv1d, and no copies that it does not need.
Mixed lengths take packed sequences and a batch norm over real tokens, which the right result needs.
"""

import csv
import json
import re
import resource
import sys
import time
from collections import Counter
from pathlib import Path


def timed(runs, work):
    work()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return seconds


def build(request, dropout=0.2):
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    workload = request["workload"]
    hidden, mixed = workload["hidden"], workload["mixed"]

    class Norm(nn.BatchNorm1d):
        """Over real tokens only where lengths differ."""

        def forward(self, x, real=None):
            if real is None:
                return super().forward(x)
            rows = x.transpose(1, 2)
            out = torch.zeros_like(rows)
            out[real] = super().forward(rows[real])
            return out.transpose(1, 2)

    class Block(nn.Module):
        def __init__(self, inputs, outputs, up=False):
            super().__init__()
            conv = nn.ConvTranspose1d if up else nn.Conv1d
            self.conv1 = conv(inputs, outputs, 3, padding=1, bias=False)
            self.bn1 = Norm(outputs)
            self.conv2 = conv(outputs, outputs, 3, padding=1, bias=False)
            self.bn2 = Norm(outputs)

        def forward(self, x, real):
            x = torch.tanh(self.bn1(self.conv1(x), real))
            if real is not None:
                x = x * real[:, None]
            return self.bn2(self.conv2(x), real)

    class Head(nn.Module):
        def __init__(self, labels):
            super().__init__()
            self.query = nn.Linear(2 * hidden, labels, bias=False)
            self.score = nn.Linear(2 * hidden, labels)

        def forward(self, o, real):
            scores = self.query(o).transpose(1, 2)
            if real is not None:
                scores = scores.masked_fill(~real[:, None], float("-inf"))
            values = torch.softmax(scores, 2) @ o
            return (self.score.weight * values).sum(2) + self.score.bias

    class Marn(nn.Module):
        def __init__(self):
            super().__init__()
            self.word_embedding = nn.Embedding(5000, 100)
            self.word_embedding.weight.requires_grad_(False)
            self.gru = nn.GRU(100, hidden, batch_first=True, bidirectional=True)
            wide = 2 * hidden
            self.ram = nn.ModuleDict({
                "down1": Block(wide, hidden), "down2": Block(hidden, hidden // 2),
                "lateral": Block(hidden // 2, hidden // 2),
                "up1": Block(hidden // 2, hidden, True), "up2": Block(hidden, wide, True),
            })
            self.icd = Head(workload["labels"]["icd"])
            self.ccs = Head(workload["labels"]["ccs"])

        def forward(self, tokens, lengths):
            real = None
            x = F.dropout(self.word_embedding(tokens), dropout, self.training)
            if mixed:
                real = torch.arange(tokens.shape[1])[None] < lengths[:, None]
                packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
                x, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)
            else:
                x, _ = self.gru(x)
            ram, y = self.ram, x.transpose(1, 2)
            d1 = ram["down1"](y, real)
            d2 = ram["down2"](d1, real)
            u = ram["up1"](ram["lateral"](d2, real), real) + d1
            gate = ram["up2"](u, real).transpose(1, 2)
            o = F.dropout(torch.tanh(gate * x), dropout, self.training)
            return self.icd(o, real), self.ccs(o, real)

    return Marn()


def focal(logits, targets):
    import torch
    import torch.nn.functional as F

    bce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (0.999 * (1 - torch.exp(-bce)) ** 2 * bce).mean()


def batch_of(workload):
    import torch

    torch.manual_seed(1)
    documents, tokens = workload["documents"], workload["tokens"]
    lengths = torch.full((documents,), tokens)
    if workload["mixed"] and documents > 1:
        shares = 0.3 + 0.7 * torch.arange(documents) / (documents - 1)
        lengths = (tokens * shares).round().long().clamp(min=1)
    ids = torch.randint(2, 5000, (documents, tokens))
    ids[torch.arange(tokens)[None] >= lengths[:, None]] = 0
    labels = workload["labels"]
    hot = lambda n: (torch.rand(documents, n) < min(0.3, 15 / n)).float()
    return ids, lengths, hot(labels["icd"]), hot(labels["ccs"])


def variants(model):
    """The model as it is and compiled, whichever is faster; compiling may fail without a compiler."""
    import torch

    yield "eager", model
    try:
        yield "compiled", torch.compile(model)
    except Exception as error:
        print(f"torch.compile: {error}", file=sys.stderr)


def fastest(model, runs, work_of):
    best = None
    for name, variant in variants(model):
        try:
            seconds = timed(runs, work_of(variant))
        except Exception as error:
            print(f"{name}: {type(error).__name__}", file=sys.stderr)
            continue
        if best is None or sorted(seconds)[len(seconds) // 2] < sorted(best[1])[len(best[1]) // 2]:
            best = (name, seconds)
        if "packed" in name:
            break
    return best


def step(request, autocast=False):
    import torch

    workload, model = request["workload"], build(request)
    ids, lengths, icd, ccs = batch_of(workload)
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, 1e-3)

    def work_of(variant):
        def work():
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                a, b = variant(ids, lengths)
            loss = 0.7 * focal(a.float(), icd) + 0.3 * focal(b.float(), ccs)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
        return work

    name, seconds = fastest(model, request["runs"], work_of)
    return {"seconds": seconds, "more": {"variant": name, "threads": torch.get_num_threads()}}


def inference(request):
    import torch

    model = build(request).eval()
    ids, lengths, _, _ = batch_of(request["workload"])

    def work_of(variant):
        def work():
            with torch.no_grad():
                variant(ids, lengths)
        return work

    name, seconds = fastest(model, request["runs"], work_of)
    return {"seconds": seconds, "more": {"variant": name}}


def check(request):
    """Whether both compute the same: loss and logits of the product's weights and batch."""
    import torch
    from safetensors.torch import load_file

    tensors = load_file(str(Path(request["folder"]) / "check.safetensors"))
    given = {k.removeprefix("check."): tensors.pop(k) for k in list(tensors) if k.startswith("check.")}
    model = build(request, dropout=0.0)
    state = model.state_dict()
    missing = [name for name in state if name not in tensors and "num_batches" not in name]
    assert not missing, missing
    model.load_state_dict({**state, **tensors})
    model.train()
    with torch.no_grad():
        for module in model.modules():  # the product accumulated its statistics in the same step
            if isinstance(module, torch.nn.BatchNorm1d):
                module.momentum = 0.0
        icd, ccs = model(given["tokens"].long(), given["lengths"].long())
        loss = 0.7 * focal(icd, given["icd"]) + 0.3 * focal(ccs, given["ccs"])
        off = (torch.cat([icd, ccs], 1) - given["logits"]).abs().max() / given["logits"].abs().max()
    return {"seconds": [], "more": {"logits_off": off.item(),
                                    "loss_off": abs(loss.item() / given["loss"].item() - 1)}}


def prepare(request):
    """Filters discharge summaries, tokenises them and counts each word's documents: one tight loop."""
    csv.field_size_limit(1 << 30)
    path = Path(request["folder"]) / "mimic" / "NOTEEVENTS.csv"
    word, letter = re.compile(r"\w+"), re.compile(r"[^\W\d_]")
    start = time.perf_counter()
    frequency, tokens = Counter(), 0
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        category, text = header.index("CATEGORY"), header.index("TEXT")
        for row in rows:
            if row[category] == "Discharge summary":
                words = [w for w in word.findall(row[text].lower()) if letter.search(w)]
                tokens += len(words)
                frequency.update(set(words))
    return {"seconds": [time.perf_counter() - start], "more": {"tokens": tokens, "terms": len(frequency)}}


def word2vec(request):
    from gensim.models import Word2Vec
    from gensim.models.word2vec import LineSentence

    corpus = str(Path(request["folder"]) / "corpus.txt")
    import os

    seconds = []
    for _ in range(request["runs"]):
        start = time.perf_counter()
        Word2Vec(LineSentence(corpus), vector_size=100, window=5, min_count=1, sg=0, epochs=5,
                 workers=os.cpu_count(), seed=1)
        seconds.append(time.perf_counter() - start)
    return {"seconds": seconds, "more": None}


def metrics(request):
    from metrics import auc, f1, read

    truth, scores = read(Path(request["folder"]))
    start = time.perf_counter()
    values = {**auc(truth, scores), **f1(truth, scores)}
    return {"seconds": [time.perf_counter() - start], "more": {"values": values}}


def main():
    request = json.loads(sys.argv[1])
    sections = {"step": step, "inference": inference, "check": check, "prepare": prepare,
                "word2vec": word2vec, "metrics": metrics,
                "bfloat16": lambda r: step(r, autocast=True)}
    result = sections[request["section"]](request)
    result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps(result))


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main()
