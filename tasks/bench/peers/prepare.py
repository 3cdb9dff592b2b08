"""Filters discharge summaries, tokenises them and counts each word's documents: what `prepare` begins with."""

import csv
import re
import time
from collections import Counter
from pathlib import Path

from answer import answer

WORD = re.compile(r"\w*[^\W\d_]\w*")  # a run of letters, digits and underscores with a letter in it


def notes_of(request):
    return Path(request["folder"]) / "mimic" / "NOTEEVENTS.csv"


def prepare(request):
    """One tight loop of plain Python."""
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
    import pandas  # not at the top: its memory is not the plain loop's

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


if __name__ == "__main__":
    answer({"prepare": prepare, "pandas": prepare_pandas})
