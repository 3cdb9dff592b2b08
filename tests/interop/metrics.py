"""Golden values of the metrics, from scikit-learn: python tests/interop/metrics.py > fixtures/golden/metrics.json

Every value is a call of sklearn.metrics. Ranking metrics are made strict first: a score becomes the
negative of its rank, ties ranked by label index, so that scikit-learn sees no ties where the product's
rule has broken them. `p@k` and `r@k` are then the sample-averaged precision and recall of each
document's k first labels. Three labels in a row share a category. scikit-learn has no expected
calibration error: NumPy computes it from the bins of its calibration curve, 15 of equal width.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn import metrics as sk
from sklearn.calibration import calibration_curve


def ranks(scores):
    """Rank of each label from 1, the highest score first, ties by label index."""
    order = np.argsort(-scores, axis=1, kind="stable")
    found = np.empty_like(order)
    np.put_along_axis(found, order, np.arange(1, scores.shape[1] + 1)[None, :], axis=1)
    return found


def ranking(truth, scores):
    rank, labelled = ranks(scores), truth.any(1)
    values = {}
    for k in (5, 8, 15):
        first = rank <= k
        values[f"p@{k}"] = sk.precision_score(truth, first, average="samples", zero_division=0)
        values[f"r@{k}"] = sk.recall_score(truth[labelled], first[labelled], average="samples")
    own = truth.sum(1, keepdims=True)
    values["r_precision"] = sk.precision_score(
        truth[labelled], (rank <= own)[labelled], average="samples", zero_division=0
    )
    values["map"] = np.mean(
        [sk.average_precision_score(t, -r) for t, r in zip(truth[labelled], rank[labelled])]
    )
    return values


def areas(truth, scores):
    both = truth.any(0) & ~truth.all(0)
    return {
        "micro_auc": sk.roc_auc_score(truth.ravel(), scores.ravel()),
        "macro_auc": sk.roc_auc_score(truth[:, both], scores[:, both], average="macro"),
        "micro_auprc": sk.average_precision_score(truth.ravel(), scores.ravel()),
        "macro_auprc": sk.average_precision_score(
            truth[:, truth.any(0)], scores[:, truth.any(0)], average="macro"
        ),
    }


def sets(truth, assigned):
    """Jaccard's index of two empty sets is 1, as an exact match of them is."""
    return sk.jaccard_score(truth, assigned, average="samples", zero_division=1)


def by_category(labels):
    """[documents, labels] → [documents, categories]: whether a document has one of the category's."""
    width = -(-labels.shape[1] // 3)
    return np.stack([labels[:, 3 * c : 3 * c + 3].any(1) for c in range(width)], 1)


def reliability(truth, scores):
    """Of all cells: 15 bins of equal width, closed above; expected calibration error; Brier score."""
    y, p = truth.ravel(), scores.ravel().astype(np.float64)
    share, mean = calibration_curve(y, p, n_bins=15, strategy="uniform")
    counts = np.bincount(np.searchsorted(np.linspace(0, 1, 16)[1:-1], p), minlength=15)
    kept = counts[counts > 0]
    return {
        "ece": float(np.sum(kept / len(p) * np.abs(share - mean))),
        "brier": float(sk.brier_score_loss(y, p)),
        "counts": counts.tolist(),
        "means": mean.tolist(),
        "shares": share.tolist(),
    }


def decisions(truth, scores, threshold):
    assigned, present = scores > np.float32(threshold), truth.any(0)
    values = {}
    for average in ("micro", "macro"):
        p, r, f1, _ = sk.precision_recall_fscore_support(
            truth, assigned, average=average, zero_division=0
        )
        values |= {f"{average}_precision": p, f"{average}_recall": r, f"{average}_f1": f1}
    p, r, f1, _ = sk.precision_recall_fscore_support(
        truth[:, present], assigned[:, present], average="macro", zero_division=0
    )
    harmonic = lambda a, b: 2 * a * b / (a + b) if a + b else 0.0
    values["macro_f1_present"] = f1
    values["macro_f1_caml_present"] = harmonic(p, r)
    values["macro_f1_caml"] = harmonic(values["macro_precision"], values["macro_recall"])
    values["exact_match"] = sk.accuracy_score(truth, assigned)
    values["jaccard"] = sets(truth, assigned)
    values["jaccard_3"] = sets(by_category(truth), by_category(assigned))
    return values


def best_threshold(truth, scores):
    """The highest score that, let through with all above it, gives the largest micro-F1."""
    precision, recall, thresholds = sk.precision_recall_curve(truth.ravel(), scores.ravel())
    precision, recall = precision[:-1], recall[:-1]
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-300)
    best = thresholds[np.flatnonzero(f1 >= f1.max() - 1e-12)[-1]]
    return float(best), float(f1.max())


def case(name, truth, scores):
    truth, scores = truth.astype(bool), scores.astype(np.float32)
    lowest, f1 = best_threshold(truth, scores)
    below = float(np.nextafter(np.float32(lowest), np.float32(-1)))
    tuned = decisions(truth, scores, below)
    assert abs(tuned["micro_f1"] - f1) < 1e-12
    values = ranking(truth, scores) | areas(truth, scores) | decisions(truth, scores, 0.5)
    values |= {f"{key}_tuned": value for key, value in tuned.items()}
    return {
        "name": name,
        "documents": truth.shape[0],
        "labels": truth.shape[1],
        "scores": [round(float(x), 6) for x in scores.ravel()],
        "positives": [np.flatnonzero(row).tolist() for row in truth],
        "lowestAssigned": lowest,
        "reliability": reliability(truth, scores),
        "values": {key: float(value) for key, value in values.items()},
    }


def sample(rng, documents, labels, share):
    prior = share * (np.arange(labels) + 1.0) ** -0.7
    truth = rng.random((documents, labels)) < prior
    logits = np.log(prior) + rng.normal(0, 1, truth.shape) + 2.5 * truth
    return truth, np.round(1 / (1 + np.exp(-logits)), 6)


def main():
    rng = np.random.default_rng(20200917)
    cases = [case("no ties", *sample(rng, 40, 24, 0.7))]
    truth, scores = sample(rng, 40, 24, 0.7)
    cases.append(case("ties", truth, np.round(scores, 1)))
    cases.append(case("saturated", truth, np.round(scores)))
    cases.append(case("all scores equal", truth, np.full_like(scores, 0.5)))
    truth, scores = sample(rng, 30, 30, 0.5)
    truth[:, [3, 11, 29]] = False
    truth[:, 6] = True
    cases.append(case("labels without positives, and one without negatives", truth, scores))
    truth, scores = sample(rng, 30, 20, 0.5)
    truth[::4] = False
    cases.append(case("documents without labels", truth, np.round(scores, 2)))
    truth, scores = sample(rng, 25, 18, 0.4)
    cases.append(case("scores down to 1e-6", truth, np.round(scores**4, 6)))
    origin = (
        f"tests/interop/metrics.py, scikit-learn {sklearn.__version__}, numpy {np.__version__}; "
        "scores are rounded to float32 before use"
    )
    json.dump({"origin": origin, "cases": cases}, sys.stdout, separators=(",", ":"))
    print()


main()
