"""AUC and F1 of a score matrix by scikit-learn, timed; prints one line of JSON.

    python tests/peers/metrics.py DIRECTORY

DIRECTORY holds `scores.f32` ([documents, labels] row-major), `offsets.i32` ([documents + 1]) and
`indices.i32`: where each document's labels begin, and the labels. The same is computed as the product
does: micro and macro AUC, and micro, macro and CAML's macro F1 at 0.5. Reading is not timed.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score


def read(directory):
    offsets = np.fromfile(directory / "offsets.i32", np.int32)
    indices = np.fromfile(directory / "indices.i32", np.int32)
    scores = np.fromfile(directory / "scores.f32", np.float32).reshape(len(offsets) - 1, -1)
    truth = np.zeros(scores.shape, np.int8)
    truth[np.repeat(np.arange(len(scores)), np.diff(offsets)), indices] = 1
    return truth, scores


def auc(truth, scores):
    both = truth.any(0) & ~truth.all(0)
    # In rows: of a selection as numpy leaves it, scikit-learn would copy the whole for every label.
    selected = (np.ascontiguousarray(matrix[:, both]) for matrix in (truth, scores))
    return {
        "micro_auc": roc_auc_score(truth.ravel(), scores.ravel()),
        "macro_auc": roc_auc_score(*selected, average="macro"),
    }


def f1(truth, scores):
    assigned = (scores > 0.5).astype(np.int8)
    micro = precision_recall_fscore_support(truth, assigned, average="micro", zero_division=0)
    precision, recall, macro, _ = precision_recall_fscore_support(
        truth, assigned, average="macro", zero_division=0
    )
    harmonic = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"micro_f1": micro[2], "macro_f1": macro, "macro_f1_caml": harmonic}


def main():
    truth, scores = read(Path(sys.argv[1]))
    values, seconds = {}, {}
    for name, compute in (("auc", auc), ("f1", f1)):
        start = time.perf_counter()
        values |= compute(truth, scores)
        seconds[name] = time.perf_counter() - start
    values = {name: float(value) for name, value in values.items()}
    print(json.dumps({"seconds": seconds, "values": values}))


if __name__ == "__main__":
    main()
