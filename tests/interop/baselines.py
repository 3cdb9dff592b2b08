"""Golden values of the bag-of-words baseline, from scikit-learn:
python tests/interop/baselines.py > fixtures/golden/baselines.json

TfidfVectorizer with its defaults on the tokens of 60 documents, LogisticRegression(C=1) on it, solved to
a tolerance far below its default, and its probabilities for 15 other documents.
"""

import json
import sys

import numpy as np
import sklearn
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

VOCABULARY, LABELS, TRAIN, TEST = 80, 6, 60, 15  # token ids from 2: 0 is padding, 1 unknown


def sample(rng):
    """Documents of a few topics, one topic a label; some tokens unknown, one document of nothing else."""
    topics = rng.dirichlet(np.full(VOCABULARY - 2, 0.1), LABELS)
    documents, truth = [], np.zeros((TRAIN + TEST, LABELS), int)
    for row in range(TRAIN + TEST):
        truth[row] = rng.random(LABELS) < 0.5 / (1 + np.arange(LABELS))
        mixture = (topics * (0.2 + truth[row, :, None])).sum(0)
        tokens = 2 + rng.choice(VOCABULARY - 2, rng.integers(3, 40), p=mixture / mixture.sum())
        tokens[rng.random(len(tokens)) < 0.05] = 1
        documents.append(tokens.tolist())
    documents[-1] = [1, 1, 1]
    return documents, truth


def main():
    documents, truth = sample(np.random.default_rng(7))
    texts = [" ".join(f"t{token}" for token in tokens if token > 1) for tokens in documents]
    vectorizer = TfidfVectorizer(token_pattern=r"\S+")
    train, test = vectorizer.fit_transform(texts[:TRAIN]), vectorizer.transform(texts[TRAIN:])
    columns = []
    for label in range(LABELS):
        model = LogisticRegression(C=1, tol=1e-10, max_iter=100_000)
        columns.append(model.fit(train, truth[:TRAIN, label]).predict_proba(test)[:, 1])
    json.dump(
        {
            "origin": f"tests/interop/baselines.py, scikit-learn {sklearn.__version__}",
            "vocabulary": VOCABULARY,
            "labels": LABELS,
            "train": documents[:TRAIN],
            "test": documents[TRAIN:],
            "positives": [np.flatnonzero(row).tolist() for row in truth[:TRAIN]],
            "probabilities": np.round(np.stack(columns, 1), 9).tolist(),
        },
        sys.stdout,
        separators=(",", ":"),
    )
    print()


main()
