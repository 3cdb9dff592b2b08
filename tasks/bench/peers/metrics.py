"""AUC and F1 of a score matrix by scikit-learn, timed without reading.

The request's folder holds `scores.f32` ([documents, labels] row-major), `offsets.i32` ([documents + 1])
and `indices.i32`: where each document's labels begin, and the labels. The same is computed as the product
does: micro and macro AUC, and micro, macro and CAML's macro F1 at 0.5.
"""

import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import precision_recall_fscore_support, roc_auc_score

from answer import answer


def metrics(request):
    truth, scores = read(Path(request["folder"]))
    start = time.perf_counter()
    values = {**auc(truth, scores), **f1(truth, scores)}
    seconds = time.perf_counter() - start
    values = {name: float(value) for name, value in values.items()}
    by = f"scikit-learn {sklearn.__version__}: AUC and F1 alone"
    return {"seconds": [seconds], "more": {"by": by, "values": values}}


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


if __name__ == "__main__":
    answer({"metrics": metrics})
