"""The benchmark's work in PyTorch, gensim, pandas and plain Python, as their users would write it.

    python tests/peers/bench.py '{"section": "step", …}'

`deno task bench --peer python` starts it; the request is that of tasks/bench/request.ts. Prints one line
of JSON: the seconds of every timed run after one that is not counted, the process's peak memory, what
computed, and what it found.

PyTorch runs float32, its fused GRU, Conv1d and Adam. Where nothing is chosen yet, the model is tried with
all processors, with PyTorch's own number of threads and with one, then compiled; the fastest is timed and
reported as `choice`, which later repetitions are given. Mixed lengths need a right result, too: the GRU
runs once over the padded documents and once over each reversed within its length, and batch norm takes
real tokens only. `pack_padded_sequence`, which most code takes, gives the same and trains many times
slower (section `packed`): every step's gradient is added to a tensor of the whole batch. Label attention
takes batched products; `scaled_dot_product_attention` was no faster, forward and backward.
"""

import csv
import json
import os
import re
import resource
import signal
import sys
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

COMPILE_LIMIT = 240  # seconds until torch.compile is given up


def timed(runs, work, budget):
    """Up to `runs` times of work that is warm; fewer, but one, where they would pass `budget`."""
    seconds = []
    while len(seconds) < runs and (not seconds or sum(seconds) + seconds[-1] <= budget):
        seconds.append(once(work))
    return seconds


def once(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median(values):
    return sorted(values)[len(values) // 2]


def build(request, dropout=0.2, packed=False):
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
    from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

    workload = request["workload"]
    hidden, mixed = workload["hidden"], workload["mixed"]

    class Norm(nn.BatchNorm1d):
        """Over real tokens only where lengths differ: as rows, or in a form that compiles whole."""

        def forward(self, x, real):
            if real is None:
                return super().forward(x)
            if torch.compiler.is_compiling():
                return self.masked(x, real[:, None].to(x.dtype))
            rows = x.transpose(1, 2)
            out = torch.zeros_like(rows)
            out[real] = super().forward(rows[real])
            return out.transpose(1, 2)

        def masked(self, x, real):
            if not self.training:
                return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias,
                                    eps=self.eps) * real
            count = real.sum()
            mean = (x * real).sum((0, 2)) / count
            centred = (x - mean[:, None]) * real
            variance = centred.square().sum((0, 2)) / count
            with torch.no_grad():
                self.running_mean.lerp_(mean, self.momentum)
                self.running_var.lerp_(variance * count / (count - 1), self.momentum)
            scale = torch.rsqrt(variance + self.eps) * self.weight
            return (centred * scale[:, None] + self.bias[:, None]) * real

    class Block(nn.Module):
        def __init__(self, inputs, outputs, up=False):
            super().__init__()
            conv = nn.ConvTranspose1d if up else nn.Conv1d
            self.conv1 = conv(inputs, outputs, 3, padding=1, bias=False)
            self.bn1 = Norm(outputs)
            self.conv2 = conv(outputs, outputs, 3, padding=1, bias=False)
            self.bn2 = Norm(outputs)

        def forward(self, x, real):  # zero on padding, and so is what it gives
            return self.bn2(self.conv2(torch.tanh(self.bn1(self.conv1(x), real))), real)

    class Gru(nn.GRU):
        """Both directions of documents of any length; padding gives zeros."""

        def forward(self, x, lengths, real):
            if real is None:
                return super().forward(x)[0]
            if packed:
                rows = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
                return pad_packed_sequence(super().forward(rows)[0], batch_first=True,
                                           total_length=x.shape[1])[0]
            place = torch.arange(x.shape[1])[None]
            mirror = torch.where(real, lengths[:, None] - 1 - place, place)[:, :, None]
            turn = lambda y: y.gather(1, mirror.expand(-1, -1, y.shape[2]))
            onwards, backwards = self._flat_weights[:4], self._flat_weights[4:]
            one = lambda y, weights: torch.gru(
                y, y.new_zeros(1, len(y), hidden), weights, True, 1, 0.0, self.training, False, True
            )[0]
            both = torch.cat([one(x, onwards), turn(one(turn(x), backwards))], 2)
            return both * real[:, :, None]

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
            self.gru = Gru(100, hidden, batch_first=True, bidirectional=True)
            wide = 2 * hidden
            self.ram = nn.ModuleDict({
                "down1": Block(wide, hidden), "down2": Block(hidden, hidden // 2),
                "lateral": Block(hidden // 2, hidden // 2),
                "up1": Block(hidden // 2, hidden, True), "up2": Block(hidden, wide, True),
            })
            self.icd = Head(workload["labels"]["icd"])
            self.ccs = Head(workload["labels"]["ccs"])

        def forward(self, tokens, lengths):
            real = torch.arange(tokens.shape[1])[None] < lengths[:, None] if mixed else None
            x = F.dropout(self.word_embedding(tokens), dropout, self.training)
            x = self.gru(x, lengths, real)
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


def loss_of(outputs, icd, ccs):
    a, b = outputs
    return 0.7 * focal(a.float(), icd) + 0.3 * focal(b.float(), ccs)


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


@contextmanager
def at_most(seconds):
    """Raises TimeoutError in the block after so many seconds, where the system has alarms."""
    if not hasattr(signal, "SIGALRM"):
        yield
        return

    def stop(*_):
        raise TimeoutError(f"more than {seconds} s")

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def compiled(model, work_of):
    """The work of the compiled model, run once; None where compiling fails, as without a C++ compiler."""
    import torch

    try:
        with at_most(COMPILE_LIMIT):
            work = work_of(torch.compile(model))
            work()
            return work
    except Exception as error:  # whatever the compiler raises, eager mode is still there
        print(f"torch.compile: {type(error).__name__}", file=sys.stderr)
        torch._dynamo.reset()
        return None


def choose(model, work_of):
    """The fastest of thread counts, then of eager and compiled: the choice, its work, and all trials."""
    import torch

    eager, trials = work_of(model), {}
    for threads in sorted({os.cpu_count(), torch.get_num_threads(), 1}, reverse=True):
        torch.set_num_threads(threads)
        seconds = once(eager)
        best = min(trials.values(), default=float("inf"))
        if seconds < 2 * best:  # else it is hopeless, even though the first call is a slow one
            trials["eager", threads] = once(eager)
    _, threads = min(trials, key=trials.get)
    torch.set_num_threads(threads)
    fast = compiled(model, work_of)
    if fast:
        trials["compiled", threads] = once(fast)
    mode, threads = min(trials, key=trials.get)
    choice = {"mode": mode, "threads": threads}
    named = {describe(*way): seconds for way, seconds in trials.items()}
    return choice, fast if mode == "compiled" else eager, named


def describe(mode, threads):
    return f"{mode}, {threads} thread{'s' if threads > 1 else ''}"


def measure(request, model, work_of):
    """The timed runs of the fastest way, or of the one that the request has from an earlier time."""
    import torch

    choice, trials = request.get("choice"), {}
    if choice is None:
        choice, work, trials = choose(model, work_of)
    else:
        torch.set_num_threads(choice["threads"])
        fast = compiled(model, work_of) if choice["mode"] == "compiled" else None
        work = fast or work_of(model)
        work()  # not counted
        choice = {**choice, "mode": "compiled" if fast else "eager"}
    seconds = timed(request["runs"], work, request["budget"])
    by = f"PyTorch {torch.__version__}, {describe(choice['mode'], choice['threads'])}"
    return {"seconds": seconds, "more": {"by": by, "choice": choice, "trials": trials}}


def step(request, autocast=False, packed=False):
    import torch

    model = build(request, packed=packed)
    ids, lengths, icd, ccs = batch_of(request["workload"])
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, 1e-3, fused=True)

    def work_of(variant):
        def work():
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                outputs = variant(ids, lengths)
            loss = loss_of(outputs, icd, ccs)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
        return work

    return measure(request, model, work_of)


def packed_step(request):
    """With packed sequences, which do not compile, on the threads that were fastest without them."""
    threads = request["choice"]["threads"]
    return step({**request, "choice": {"mode": "eager", "threads": threads}}, packed=True)


def inference(request):
    import torch

    model = build(request).eval()
    ids, lengths, _, _ = batch_of(request["workload"])

    def work_of(variant):
        def work():
            with torch.inference_mode():
                variant(ids, lengths)
        return work

    return measure(request, model, work_of)


def check(request):
    """How far our logits, loss and gradients of the product's weights and batch are from PyTorch's."""
    import torch
    from safetensors.torch import load_file

    tensors = load_file(str(Path(request["folder"]) / "check.safetensors"))
    take = lambda prefix: {name.removeprefix(prefix): tensors.pop(name)
                           for name in list(tensors) if name.startswith(prefix)}
    given, gradients = SimpleNamespace(**take("check.")), take("gradient.")
    model = build(request, dropout=0.0).train()
    state = {name: value for name, value in model.state_dict().items() if "num_batches" not in name}
    assert state.keys() == tensors.keys(), state.keys() ^ tensors.keys()
    model.load_state_dict(tensors, strict=False)
    outputs = model(given.tokens.long(), given.lengths.long())
    loss = loss_of(outputs, given.icd, given.ccs)
    loss.backward()
    own = {name: p.grad for name, p in model.named_parameters() if p.requires_grad}
    assert own.keys() == gradients.keys(), own.keys() ^ gradients.keys()
    off = lambda a, b: ((a - b).abs().max() / b.abs().max()).item()
    by_weight = {name: off(gradients[name], own[name]) for name in own}
    worst = max(by_weight, key=by_weight.get)
    return {"seconds": [], "more": {
        "logits": off(given.logits, torch.cat(outputs, 1)),
        "loss": off(given.loss, loss),
        "gradient": by_weight[worst], "weight": worst, "weights": len(own),
    }}


def notes_of(request):
    return Path(request["folder"]) / "mimic" / "NOTEEVENTS.csv"


WORD = re.compile(r"\w*[^\W\d_]\w*")  # a run of letters, digits and underscores with a letter in it


def prepare(request):
    """Filters discharge summaries, tokenises them and counts each word's documents: one tight loop."""
    csv.field_size_limit(1 << 30)
    start = time.perf_counter()
    frequency, find = Counter(), WORD.findall
    with open(notes_of(request), newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        category, admission, text = map(next(rows).index, ("CATEGORY", "HADM_ID", "TEXT"))
        for row in rows:
            if row[category] == "Discharge summary" and row[admission]:
                frequency.update(set(find(row[text].lower())))
    seconds = time.perf_counter() - start
    return {"seconds": [seconds], "more": {"by": "csv, re, collections", "terms": len(frequency)}}


def prepare_pandas(request):
    """The same in pandas, by chunks."""
    import pandas

    start = time.perf_counter()
    frequency = Counter()
    columns = ["CATEGORY", "HADM_ID", "TEXT"]
    for rows in pandas.read_csv(notes_of(request), usecols=columns, dtype=str, chunksize=20_000):
        wanted = (rows["CATEGORY"] == "Discharge summary") & rows["HADM_ID"].notna()
        for words in rows.loc[wanted, "TEXT"].str.lower().str.findall(WORD.pattern):
            frequency.update(set(words))
    seconds = time.perf_counter() - start
    by = f"pandas {pandas.__version__}"
    return {"seconds": [seconds], "more": {"by": by, "terms": len(frequency)}}


def word2vec(request):
    import gensim
    from gensim.models import Word2Vec

    threads, seconds = os.cpu_count(), []
    for _ in range(request["runs"]):
        start = time.perf_counter()
        # From a file, gensim's threads need no lock of Python's.
        model = Word2Vec(corpus_file=str(Path(request["folder"]) / "corpus.txt"), vector_size=100,
                         window=5, min_count=1, sg=0, negative=5, epochs=5, workers=threads, seed=1)
        seconds.append(time.perf_counter() - start)
    by = f"gensim {gensim.__version__}, {threads} threads"
    return {"seconds": seconds, "more": {"by": by, "tokens": model.corpus_total_words,
                                         "words": len(model.wv), "probe": probe(request, model.wv)}}


def probe(request, vectors):
    """Share of the probe's rows whose first word is nearer to the second than to the third."""
    rows = json.loads((Path(request["folder"]) / "probe.json").read_text())
    near = [vectors.similarity(*row[:2]) > vectors.similarity(row[0], row[2]) for row in rows]
    return sum(map(bool, near)) / len(near)


def metrics(request):
    import sklearn
    from metrics import auc, f1, read

    truth, scores = read(Path(request["folder"]))
    start = time.perf_counter()
    values = {**auc(truth, scores), **f1(truth, scores)}
    seconds = time.perf_counter() - start
    values = {name: float(value) for name, value in values.items()}
    return {"seconds": [seconds], "more": {"by": f"scikit-learn {sklearn.__version__}: AUC and F1 alone",
                                           "values": values}}


SECTIONS = {
    "step": step, "bfloat16": lambda request: step(request, autocast=True), "packed": packed_step,
    "inference": inference, "check": check, "prepare": prepare, "pandas": prepare_pandas,
    "word2vec": word2vec, "metrics": metrics,
}


def main():
    request = json.loads(sys.argv[1])
    result = SECTIONS[request["section"]](request)
    unit = 1 if sys.platform == "darwin" else 1024
    result["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    print(json.dumps(result))


if __name__ == "__main__":
    main()
