"""Golden values of calibration: python tests/interop/calibration.py > fixtures/golden/calibration.json

Isotonic regression is scikit-learn's. A temperature is the root, found by SciPy, of the derivative of
the mean binary cross-entropy of logits divided by it.
"""

import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq
from scipy.special import expit
from sklearn.isotonic import IsotonicRegression


def temperature(scores, truth):
    p = np.clip(scores, 2.0**-40, 1 - 2.0**-24)
    z = np.log(p / (1 - p))
    slope = lambda beta: np.sum(z * (expit(beta * z) - truth))
    if not z.any():
        return 1.0
    if slope(1 / 20) >= 0:
        return 20.0
    if slope(20) <= 0:
        return 1 / 20
    return 1 / brentq(slope, 1 / 20, 20, xtol=1e-15, rtol=1e-14)


def case(name, scores, truth):
    scores = scores.astype(np.float32).astype(np.float64)
    isotonic = IsotonicRegression(y_min=0, y_max=1, out_of_bounds="clip").fit(scores, truth)
    # Between the scores, and beyond them.
    asked = np.unique(np.concatenate([scores, np.linspace(0, 1, 41)])).astype(np.float32)
    return {
        "name": name,
        "scores": [round(float(x), 6) for x in scores],
        "truth": truth.astype(int).tolist(),
        "temperature": float(temperature(scores, truth)),
        "asked": [float(x) for x in asked],
        "isotonic": [float(x) for x in isotonic.predict(asked.astype(np.float64))],
    }


def main():
    rng = np.random.default_rng(20171119)
    truth = rng.random(300) < 0.25
    logits = -1.2 + 2.2 * truth + rng.normal(0, 1.1, 300)
    sharp, flat = (np.round(expit(scale * logits), 6) for scale in (3, 0.4))
    cases = [
        case("too sure", sharp, truth),
        case("too unsure", flat, truth),
        case("ties", np.round(sharp, 1), truth),
        case("scores of 0 and 1", np.round(sharp), truth),
        case("all scores equal", np.full(300, 0.25), truth),
        case("all scores a half", np.full(300, 0.5), truth),
        case("all true", flat, np.ones(300, bool)),
        case("none true", flat, np.zeros(300, bool)),
        case("told apart", np.round(np.where(truth, 0.75, 0.25) + rng.normal(0, 0.05, 300), 6), truth),
        case("upside down", np.round(1 - sharp, 6), truth),
        case("two cells", np.array([0.25, 0.75]), np.array([True, False])),
    ]
    origin = (
        f"tests/interop/calibration.py, scikit-learn {sklearn.__version__}, "
        f"scipy {scipy.__version__}, numpy {np.__version__}; scores are rounded to float32 before use"
    )
    json.dump({"origin": origin, "cases": cases}, sys.stdout, separators=(",", ":"))
    print()


main()
