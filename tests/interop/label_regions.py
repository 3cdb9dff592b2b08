"""Writes fixtures/golden/label_regions.json: the test of CCS regions by SciPy, NumPy's PCA under it.

    python tests/interop/label_regions.py
"""

import json
from fractions import Fraction
from math import comb
from pathlib import Path

import numpy as np
import scipy
from scipy.spatial.distance import cdist, pdist
from scipy.stats import binom

TARGET = Path(__file__).parents[2] / "fixtures" / "golden" / "label_regions.json"
LEVEL = 0.1


def threshold(n, members, total):
    """The smallest T with P(k > T) < 0.1; what equals 0.1 but for rounding is not below it."""
    tails = binom.sf(np.arange(n + 1), n, members / total)
    found = int(np.flatnonzero(tails < LEVEL * (1 - 1e-9))[0])
    if n <= 200:
        assert found == exact_threshold(n, Fraction(members, total))
    return found


def exact_threshold(n, p):
    tail = Fraction(0)
    for t in range(n, 0, -1):
        tail += comb(n, t) * p**t * (1 - p) ** (n - t)
        if tail >= Fraction(1, 10):
            return t
    return 0


def binomial(n, members, total):
    p = members / total
    ks = sorted({-1, 0, 1, n // 3, n // 2, n - 1, n, *(int(k) for k in binom.ppf([0.05, 0.5, 0.95, 0.999], n, p))})
    return {
        "draws": n,
        "members": members,
        "total": total,
        "threshold": threshold(n, members, total),
        "tails": [[k, float(binom.sf(k, n, p))] for k in ks if -1 <= k <= n],
    }


def plane(seed, labels, categories, width, pull):
    """Label vectors of codes that lie around their categories the closer, the larger `pull`."""
    rng = np.random.default_rng(seed)
    ccs = rng.normal(0, 1, (categories, width)) * np.linspace(2, 0.5, width)
    groups = rng.integers(0, categories + 1, labels)  # the last stands for no category
    noise = rng.normal(0, 1.5, (labels, width)) * np.linspace(2, 0.5, width)
    centres = np.vstack([ccs, np.zeros((1, width))])[groups]
    icd = pull * centres + (1 - pull) * noise
    icd, ccs = (np.round(rows, 4).astype(np.float32).astype(float) for rows in (icd, ccs))
    rows = np.vstack([icd, ccs])
    centred = rows - rows.mean(0)
    _, values, components = np.linalg.svd(centred, full_matrices=False)
    for component in components[:2]:
        component *= np.sign(component[np.argmax(np.abs(component))])
    places = centred @ components[:2].T
    codes, centres = places[:labels], places[labels:]
    radius = 0.1 * pdist(codes).max()
    inside = cdist(centres, codes) <= radius
    regions = []
    for category, near in enumerate(inside):
        own, members = int((near & (groups == category)).sum()), int((groups == category).sum())
        n = int(near.sum())
        t = threshold(n, members, labels)
        regions.append({
            "inside": n,
            "own": own,
            "members": members,
            "threshold": t,
            "chance": float(binom.sf(own - 1, n, members / labels)),
            "significant": own > t,
        })
    return {
        "width": width,
        "icd": [float(x) for x in icd.ravel()],
        "ccs": [float(x) for x in ccs.ravel()],
        "groups": [int(group) if group < categories else -1 for group in groups],
        "explained": [float(v * v / (values**2).sum()) for v in values[:2]],
        "places": [float(x) for x in places.ravel()],
        "radius": float(radius),
        "regions": regions,
    }


draws = [(1, 5, 50), (1, 1, 50), (2, 5, 50), (10, 5, 50), (10, 25, 50), (30, 3, 200), (60, 59, 60),
         (200, 40, 600), (900, 7, 8921), (8921, 124, 8921), (8921, 4460, 8921), (12, 0, 50),
         (12, 50, 50), (0, 3, 50)]
golden = {
    "origin": f"tests/interop/label_regions.py, SciPy {scipy.__version__}, NumPy {np.__version__}",
    "binomials": [binomial(*case) for case in draws],
    "planes": [plane(1, 60, 6, 8, 0.0), plane(2, 60, 6, 8, 0.8), plane(3, 90, 12, 5, 0.95)],
}
TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
found = [sum(r["significant"] for r in p["regions"]) for p in golden["planes"]]
print(TARGET.name, TARGET.stat().st_size, "bytes; significant", found)
