"""How hard is a MIMIC-III folder for a bag of words?

One-vs-rest logistic regression on the words of each admission's discharge summaries, at its best: the
weighting of words and the regularisation are chosen on dev, and so is the threshold. Patients are
dealt into train, dev and test from a seed. Beside it: the frequencies of the codes alone, and (with
--context 3) the same regression with word pairs and triples, which see a little of the context.

    python tests/interop/bag_of_words.py FIXTURE [--top 50] [--context 1] [--seed 0]

Needs scikit-learn, pandas.
"""

import argparse
import re

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MultiLabelBinarizer, normalize

WEIGHTINGS = ("presence", "log count", "tf-idf")
REGULARISATIONS = (1, 3, 10, 30)


def read(folder, top):
    """Texts, 0/1 matrix of the `top` commonest codes, patients; one row an admission with such a code."""
    codes = pd.concat(
        pd.read_csv(f"{folder}/{kind}_ICD.csv", dtype=str).assign(kind=kind[0])
        for kind in ("DIAGNOSES", "PROCEDURES")
    ).dropna(subset=["HADM_ID", "ICD9_CODE"])
    codes["code"] = codes.kind + codes.ICD9_CODE
    codes = codes.drop_duplicates(["HADM_ID", "code"])
    chunks = pd.read_csv(f"{folder}/NOTEEVENTS.csv", dtype=str, chunksize=50_000)
    notes = pd.concat(c[(c.CATEGORY == "Discharge summary") & c.HADM_ID.notna()] for c in chunks)
    texts = notes.groupby("HADM_ID").TEXT.agg("\n".join)
    codes = codes[codes.HADM_ID.isin(texts.index)]
    kept = codes.code.value_counts().index[:top]
    lists = codes[codes.code.isin(kept)].groupby("HADM_ID").code.agg(list)
    patients = notes.groupby("HADM_ID").SUBJECT_ID.first()[lists.index]
    labels = MultiLabelBinarizer(classes=kept).fit_transform(lists)
    return texts[lists.index].to_numpy(), labels, patients.to_numpy()


def split(patients, seed):
    """Row numbers of 80% of the patients for training, 10% for dev, 10% for test."""
    distinct = np.random.default_rng(seed).permutation(np.unique(patients))
    cuts = np.split(distinct, [int(0.8 * len(distinct)), int(0.9 * len(distinct))])
    return [np.flatnonzero(np.isin(patients, cut)) for cut in cuts]


def tokens(text):
    return [t for t in re.findall(r"\w+", text.lower()) if re.search(r"[a-z]", t)]


def weigh(counts, train, weighting):
    if weighting == "tf-idf":
        return TfidfTransformer(sublinear_tf=True).fit(counts[train]).transform(counts)
    data = np.ones_like(counts.data) if weighting == "presence" else 1 + np.log(counts.data)
    return normalize(csr_matrix((data, counts.indices, counts.indptr), counts.shape))


def scores(features, labels, train, regularisation):
    """Probabilities of every label for every document."""
    def one(label):
        model = LogisticRegression(C=regularisation, solver="liblinear")
        return model.fit(features[train], labels[train, label]).predict_proba(features)[:, 1]
    return np.column_stack(Parallel(2)(delayed(one)(label) for label in range(labels.shape[1])))


def micro_f1(predicted, truth):
    return 2 * (predicted & truth).sum() / (predicted.sum() + truth.sum())


def best_threshold(probabilities, truth):
    """The threshold with the highest micro-F1, and that F1: every score is tried."""
    order = np.argsort(-probabilities, axis=None)
    hits = np.cumsum(truth.ravel()[order])
    f1 = 2 * hits / (np.arange(1, hits.size + 1) + truth.sum())
    return probabilities.ravel()[order[f1.argmax()]], f1.max()


def report(name, probabilities, labels, dev, test):
    threshold, dev_f1 = best_threshold(probabilities[dev], labels[dev])
    predicted, truth = probabilities[test] >= threshold, labels[test] == 1
    per_label = 2 * (predicted & truth).sum(0) / np.maximum(1, predicted.sum(0) + truth.sum(0))
    at5 = np.take_along_axis(truth, np.argsort(-probabilities[test], 1)[:, :5], 1).mean()
    print(f"{name:34} dev micro-F1 {dev_f1:.3f}   test micro-F1 {micro_f1(predicted, truth):.3f}"
          f"  macro-F1 {per_label.mean():.3f}  P@5 {at5:.3f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder")
    parser.add_argument("--top", type=int, default=50)
    parser.add_argument("--context", type=int, default=1, help="longest run of words that is a feature")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    texts, labels, patients = read(options.folder, options.top)
    train, dev, test = split(patients, options.seed)
    print(f"{len(train)} / {len(dev)} / {len(test)} documents, {labels.sum(1).mean():.1f} codes each, "
          f"the rarest of {labels.shape[1]} in {labels[train].sum(0).min()} training documents")
    frequency = np.tile(labels[train].mean(0), (len(labels), 1))
    report("code frequency", frequency, labels, dev, test)
    for context in sorted({1, options.context}):
        counter = CountVectorizer(tokenizer=tokens, token_pattern=None, lowercase=False,
                                  min_df=3 if context == 1 else 5,
                                  ngram_range=(1, context), dtype=np.float64)
        counts = counter.fit(texts[train]).transform(texts)
        tried = [(best_threshold(p[dev], labels[dev])[1], f"{w}, C {c}", p)
                 for w in WEIGHTINGS[0 if context == 1 else 2:] for x in [weigh(counts, train, w)]
                 for c in REGULARISATIONS for p in [scores(x, labels, train, c)]]
        _, name, probabilities = max(tried, key=lambda t: t[0])
        report(f"{'words' if context == 1 else f'runs of {context}'}: {name}",
               probabilities, labels, dev, test)


if __name__ == "__main__":
    main()
