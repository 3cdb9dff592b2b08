"""MARN in plain PyTorch, and the golden values that it gives.

    python tests/interop/marn.py          # writes fixtures/golden/marn.json

Written from the specification, not for speed: packed sequences for the GRU, batch norm over the real
tokens gathered into rows, an attended vector for each label. Its state_dict has the names of the
project's checkpoints, so `load_state_dict` takes them as they are.
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

TARGET = Path(__file__).parents[2] / "fixtures" / "golden" / "marn.json"


class MaskedBatchNorm(nn.BatchNorm1d):
    """Batch norm of x [B, C, T] over the positions where mask [B, T] is true; zero elsewhere."""

    def forward(self, x, mask):
        rows = x.transpose(1, 2)
        out = torch.zeros_like(rows)
        out[mask] = super().forward(rows[mask])
        return out.transpose(1, 2)


# A block's two convolutions; the last kind is the linear projection of the paper's footnote 2.
CONVOLUTIONS = {
    "convolution": lambda inputs, outputs: nn.Conv1d(inputs, outputs, 3, padding=1, bias=False),
    "deconvolution": lambda inputs, outputs: nn.ConvTranspose1d(inputs, outputs, 3, padding=1, bias=False),
    "linear": lambda inputs, outputs: nn.Conv1d(inputs, outputs, 1, bias=False),
}


class Block(nn.Module):
    def __init__(self, inputs, outputs, kind="convolution"):
        super().__init__()
        conv = CONVOLUTIONS[kind]
        self.conv1 = conv(inputs, outputs)
        self.bn1 = MaskedBatchNorm(outputs)
        self.conv2 = conv(outputs, outputs)
        self.bn2 = MaskedBatchNorm(outputs)

    def forward(self, x, mask):
        inner = torch.tanh(self.bn1(self.conv1(x), mask))
        return self.bn2(self.conv2(inner), mask)


class Ram(nn.Module):
    def __init__(self, width, up="deconvolution"):
        super().__init__()
        self.down1 = Block(width, width // 2)
        self.down2 = Block(width // 2, width // 4)
        self.lateral = Block(width // 4, width // 4)
        self.up1 = Block(width // 4, width // 2, up)
        self.up2 = Block(width // 2, width, up)

    def forward(self, features, mask):
        x = features.transpose(1, 2)
        d1 = self.down1(x, mask)
        d2 = self.down2(d1, mask)
        u = self.up1(self.lateral(d2, mask), mask) + d1
        return torch.tanh(self.up2(u, mask) * x).transpose(1, 2)


class LabelAttention(nn.Module):
    def __init__(self, width, labels):
        super().__init__()
        self.query = nn.Linear(width, labels, bias=False)
        self.score = nn.Linear(width, labels)

    def forward(self, features, mask):
        scores = self.query(features).masked_fill(~mask[..., None], float("-inf"))
        attention = torch.softmax(scores, 1)  # [B, T, L]
        attended = attention.transpose(1, 2) @ features  # [B, L, D]
        return (attended * self.score.weight).sum(2) + self.score.bias


class Marn(nn.Module):
    """Without dropout: for evaluation, or a training step whose dropout is off."""

    def __init__(self, vocabulary, embedding, hidden, labels, ram=True, up="deconvolution"):
        super().__init__()
        width = 2 * hidden
        self.word_embedding = nn.Embedding(vocabulary, embedding, padding_idx=0)
        self.gru = nn.GRU(embedding, hidden, batch_first=True, bidirectional=True)
        self.ram = Ram(width, up) if ram else None
        for task, count in labels.items():
            self.add_module(task, LabelAttention(width, count))
        self.tasks = list(labels)

    def forward(self, tokens, lengths):
        mask = torch.arange(tokens.shape[1])[None] < lengths[:, None]
        embedded = self.word_embedding(tokens)
        packed = pack_padded_sequence(embedded, lengths, batch_first=True, enforce_sorted=False)
        features, _ = pad_packed_sequence(self.gru(packed)[0], batch_first=True)
        if self.ram:
            features = self.ram(features, mask)
        return {task: getattr(self, task)(features, mask) for task in self.tasks}


def focal_loss(logits, targets, alpha=0.999, gamma=2.0):
    bce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    truth = torch.exp(-bce)
    return (alpha * (1 - truth) ** gamma * bce).mean()


def focal_balanced_loss(logits, targets, alpha=0.999, gamma=2.0):
    """Equation 16, summed over labels; averaged over documents."""
    p = torch.sigmoid(logits)
    positive = -targets * alpha * (1 - p) ** gamma * torch.log(p)
    negative = -(1 - targets) * (1 - alpha) * p**gamma * torch.log(1 - p)
    return (positive + negative).sum(1).mean()


LOSSES = {
    "focal": focal_loss,
    "focal-balanced": focal_balanced_loss,
    "bce": F.binary_cross_entropy_with_logits,
}

LENGTHS = torch.tensor([5, 9, 1, 6])
VOCABULARY, EMBEDDING, HIDDEN = 13, 5, 6
LABELS = {"icd": 7, "ccs": 3}


def stored(tensor):
    values = [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def stored_all(tensors):
    return {name: stored(tensor) for name, tensor in tensors.items()}


def model_with_random_weights(tasks, ram):
    """float64, of float32 weights: the rounding of the reference itself does not count."""
    torch.manual_seed(1)
    model = Marn(VOCABULARY, EMBEDDING, HIDDEN, {task: LABELS[task] for task in tasks}, ram)
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if name.endswith("running_var") or ("bn" in name and name.endswith("weight")):
                value.uniform_(0.5, 1.5)
            elif value.is_floating_point():
                value.uniform_(-0.8, 0.8)
        model.word_embedding.weight[0] = 0
    return model.double()


def golden_case(tasks, ram, loss, train_embedding):
    model = model_with_random_weights(tasks, ram)
    model.word_embedding.weight.requires_grad_(train_embedding)
    floats = lambda: {n: t for n, t in model.state_dict().items() if t.is_floating_point()}
    weights = stored_all(floats())
    torch.manual_seed(2)
    tokens = torch.randint(1, VOCABULARY, (len(LENGTHS), int(LENGTHS.max())))
    tokens *= torch.arange(tokens.shape[1])[None] < LENGTHS[:, None]
    targets = {t: (torch.rand(len(LENGTHS), n) < 0.4).double() for t, n in LABELS.items()}
    model.eval()
    evaluated = stored_all(model(tokens, LENGTHS))
    model.train()
    logits = model(tokens, LENGTHS)
    shares = {"icd": 0.7, "ccs": 0.3} if len(tasks) == 2 else {tasks[0]: 1.0}
    value = sum(shares[task] * LOSSES[loss](logits[task], targets[task]) for task in tasks)
    value.backward()
    return {
        "options": {"mtl": len(tasks) == 2, "target": tasks[0], "ram": ram, "loss": loss,
                    "trainEmbedding": train_embedding},
        "tokens": tokens.tolist(),
        "targets": stored_all({task: targets[task] for task in tasks}),
        "weights": weights,
        "evaluationLogits": evaluated,
        "trainingLogits": stored_all(logits),
        "loss": value.item(),
        "gradients": stored_all({n: p.grad for n, p in model.named_parameters() if p.requires_grad}),
        "after": stored_all({n: t for n, t in floats().items() if "running_" in n}),
    }


def main():
    golden = {
        "origin": f"tests/interop/marn.py, PyTorch {torch.__version__}, float64",
        "lengths": LENGTHS.tolist(),
        "hidden": HIDDEN,
        "vocabulary": VOCABULARY,
        "labels": LABELS,
        "cases": [
            golden_case(["icd", "ccs"], True, "focal", False),
            golden_case(["icd", "ccs"], True, "focal-balanced", True),
            golden_case(["ccs"], False, "bce", False),
        ],
    }
    TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(TARGET.name, TARGET.stat().st_size, "bytes")


if __name__ == "__main__":
    main()
