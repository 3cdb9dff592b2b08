"""Word vectors by gensim, and what they know of the corpus's topics."""

import json
import os
import time
from pathlib import Path

import gensim
from gensim.models import Word2Vec

from answer import answer


def word2vec(request):
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


if __name__ == "__main__":
    answer({"word2vec": word2vec})
