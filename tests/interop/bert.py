"""Writes a tiny random BERT as Hugging Face saves it, and what transformers computes with it.

    python tests/interop/bert.py        (transformers 5.23.0, torch 2.13.0, safetensors 0.8.0)

fixtures/golden/bert/ is the folder: config.json and model.safetensors by save_pretrained, and the
vocab.txt that BertTokenizer reads. fixtures/golden/bert.json holds the word pieces of some words by
BertTokenizer, and the last hidden states of some sentences, padded into one batch with an attention
mask, by BertModel as loaded from that folder, in float64.
"""

import json
import string
from pathlib import Path

import safetensors
import torch
import transformers

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
FOLDER = GOLDEN / "bert"

# Without the letters q and z, so that a word can be unknown.
LETTERS = [c for c in string.ascii_lowercase + string.digits if c not in "qz"] + ["_", "-", "."]
WHOLE = """heart failure fail left right chest pain acute chronic renal disease history of the and with was
given admitted discharged patient year old man woman daily mg aspirin insulin diabetes mellitus cardiac
cath pneumonia sepsis cafe naive anti hyper hypo""".split()
ENDS = "ure s ed ing ic al itis osis emia uria ation ment tension glyc kal natr cardio myo path y es er".split()
SYLLABLES = [c + v for c in "bcdfghklmnprstvw" for v in "aeiou"]

WORDS = ["heart", "failure", "failures", "pneumonia", "hyperglycemia", "hypokalemia", "discharging", "b12",
         "500mg", "t_wave", "anti-platelet", "Café", "naïve", "Heart", "CHEST", "quartz", "ziq", "β", "心臓",
         "x" * 100, "x" * 101, "o2sat", "1.5"]
SENTENCES = ["patient admitted with acute chest pain and failure",
             "hyperglycemia",
             "history of chronic renal diseases quartz discharged",
             ""]


def write_folder():
    FOLDER.mkdir(parents=True, exist_ok=True)
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *LETTERS, *WHOLE,
              *("##" + piece for piece in [*LETTERS, *ENDS, *SYLLABLES])]
    pieces = list(dict.fromkeys(pieces))
    (FOLDER / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    torch.manual_seed(1)
    model = transformers.BertModel(transformers.BertConfig(
        vocab_size=len(pieces), hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
        intermediate_size=32, max_position_embeddings=40))
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith("LayerNorm.weight"):
                weight.uniform_(0.5, 1.5)
            else:
                weight.normal_(0, 0.3)
    model.save_pretrained(FOLDER)


def short(values):
    return [float(f"{value:.9g}") for value in values]


def goldens():
    tokenizer = transformers.BertTokenizer.from_pretrained(FOLDER)
    model = transformers.BertModel.from_pretrained(FOLDER, attn_implementation="eager").double().eval()
    batch = tokenizer(SENTENCES, padding=True, return_tensors="pt")
    with torch.no_grad():
        hidden = model(**batch).last_hidden_state
    lengths = batch["attention_mask"].sum(1).tolist()
    return {
        "origin": f"tests/interop/bert.py, transformers {transformers.__version__}, torch {torch.__version__}, "
                  f"safetensors {safetensors.__version__}, float64",
        "words": {word: tokenizer.encode(word, add_special_tokens=False) for word in WORDS},
        "sentences": SENTENCES,
        "lengths": lengths,
        "pieces": [row[:n] for row, n in zip(batch["input_ids"].tolist(), lengths)],
        "hidden": [short(row[:n].flatten().tolist()) for row, n in zip(hidden, lengths)],
    }


if __name__ == "__main__":
    write_folder()
    text = json.dumps(goldens(), ensure_ascii=False, separators=(",", ":"))
    (GOLDEN / "bert.json").write_text(text + "\n", encoding="utf-8")
