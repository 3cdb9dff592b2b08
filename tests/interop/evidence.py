"""Golden values of agreement with marked tokens: scikit-learn's measures on made-up strengths.

Strengths have ties and zeros, as attention and gradients do. Everything pooled is computed by scikit-learn
on all tokens of all codes; spans are counted with Python's sets.

Made with: python tests/interop/evidence.py > fixtures/golden/evidence.json   (scikit-learn 1.9.1, numpy 2.x)
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, precision_recall_curve, precision_recall_fscore_support

rng = np.random.default_rng(5)
CUTOFFS = [1, 3, 5]


def make_code(document, label):
    tokens = int(rng.integers(6, 40))
    spans = set()
    for _ in range(int(rng.integers(1, 4))):
        first = int(rng.integers(0, tokens - 2))
        spans.add((first, first + int(rng.integers(1, 3))))
    gold = np.zeros(tokens, dtype=int)
    for first, end in spans:
        gold[first:end] = 1
    noise = rng.random(tokens) + 0.3 * gold * rng.random(tokens)
    strengths = np.round(np.where(noise < 0.4, 0, noise), 1).astype(np.float32)  # ties and zeros
    return {"document": document, "label": label, "tokens": tokens, "spans": sorted(map(list, spans)),
            "strengths": [float(x) for x in strengths]}


def gold_of(code):
    gold = np.zeros(code["tokens"], dtype=int)
    for first, end in code["spans"]:
        gold[first:end] = 1
    return gold


def pooled(codes):
    gold = np.concatenate([gold_of(code) for code in codes])
    strengths = np.concatenate([np.array(code["strengths"], dtype=np.float32) for code in codes])
    return gold, strengths


def best_threshold(codes):
    gold, strengths = pooled(codes)
    precision, recall, thresholds = precision_recall_curve(gold, strengths)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-30)
    ranked = [(round(f, 12), float(t)) for f, t in zip(f1, thresholds) if t > 0]
    return max(ranked)[1]


def runs(taken):
    edges = np.flatnonzero(np.diff(np.concatenate([[0], taken, [0]])))
    return {(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2])}


def ratio(hits, taken, marked):
    return {"precision": hits / taken if taken else 0.0, "recall": hits / marked,
            "f1": 2 * hits / (taken + marked)}


def agreement(codes, thresholds):
    gold, strengths = pooled(codes)
    limit = np.concatenate([np.full(code["tokens"], thresholds[code["document"] % 2], dtype=np.float32)
                            for code in codes])
    taken = (strengths >= limit) & (strengths > 0)
    p, r, f, _ = precision_recall_fscore_support(gold, taken, average="binary", zero_division=0)
    hits = found = marked = 0
    at_k = {k: 0 for k in CUTOFFS}
    for code in codes:
        own = np.array(code["strengths"], dtype=np.float32)
        mine = runs(((own >= np.float32(thresholds[code["document"] % 2])) & (own > 0)).astype(int))
        spans = {tuple(span) for span in code["spans"]}
        hits, found, marked = hits + len(mine & spans), found + len(mine), marked + len(spans)
        order = np.argsort(-own, kind="stable")
        for k in CUTOFFS:
            at_k[k] += any(gold_of(code)[t] == 1 and own[t] > 0 for t in order[:k])
    return {"codes": len(codes), "tokens": {"precision": float(p), "recall": float(r), "f1": float(f)},
            "spans": ratio(hits, found, marked), "hits": {f"hit@{k}": n / len(codes) for k, n in at_k.items()},
            "auprc": float(average_precision_score(gold, strengths))}


CODES = [make_code(document, label) for document in range(12) for label in range(3) if rng.random() < 0.7]
halves = [[code for code in CODES if code["document"] % 2 == parity] for parity in (0, 1)]
THRESHOLDS = [best_threshold(halves[1]), best_threshold(halves[0])]

json.dump({
    "origin": f"tests/interop/evidence.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}",
    "codes": CODES,
    "thresholds": THRESHOLDS,
    "overall": agreement(CODES, THRESHOLDS),
    "byCode": [{"label": label, **agreement([c for c in CODES if c["label"] == label], THRESHOLDS)}
               for label in range(3)],
}, sys.stdout, separators=(",", ":"))
print()
