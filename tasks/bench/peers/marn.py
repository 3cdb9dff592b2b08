"""MARN in PyTorch, as a PyTorch user would write it: its fused GRU, Conv1d, batched products.

Legend: `B` documents, `T` tokens (padded width), `C` channels, `H` hidden units a direction.

Lengths that differ need a right result, too: the GRU runs once over the padded documents and once over
each reversed within its length, and batch norm takes real tokens only. `pack_padded_sequence`, which
most code takes, gives the same and trains many times slower: every step's gradient is added to a tensor
of the whole batch. Label attention takes batched products; `scaled_dot_product_attention` was no faster,
forward and backward.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

VOCABULARY = 5000


class Norm(nn.BatchNorm1d):
    """Over real tokens only where lengths differ: as rows, or in a form that compiles whole."""

    def forward(self, x, real):
        if real is None:
            return super().forward(x)
        if torch.compiler.is_compiling():
            return self.masked(x, real[:, None].to(x.dtype))
        rows = x.transpose(1, 2)
        out = torch.zeros_like(rows)
        out[real] = super().forward(rows[real])
        return out.transpose(1, 2)

    def masked(self, x, real):
        if not self.training:
            return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias,
                                eps=self.eps) * real
        count = real.sum()
        mean = (x * real).sum((0, 2)) / count
        centred = (x - mean[:, None]) * real
        variance = centred.square().sum((0, 2)) / count
        with torch.no_grad():
            self.running_mean.lerp_(mean, self.momentum)
            self.running_var.lerp_(variance * count / (count - 1), self.momentum)
        scale = torch.rsqrt(variance + self.eps) * self.weight
        return (centred * scale[:, None] + self.bias[:, None]) * real


class Block(nn.Module):
    """Convolution, norm, tanh, convolution, norm: [B, C, T], zero on padding, as is what it gives."""

    def __init__(self, inputs, outputs, up=False):
        super().__init__()
        conv = nn.ConvTranspose1d if up else nn.Conv1d
        self.conv1 = conv(inputs, outputs, 3, padding=1, bias=False)
        self.bn1 = Norm(outputs)
        self.conv2 = conv(outputs, outputs, 3, padding=1, bias=False)
        self.bn2 = Norm(outputs)

    def forward(self, x, real):
        return self.bn2(self.conv2(torch.tanh(self.bn1(self.conv1(x), real))), real)


class Gru(nn.GRU):
    """Both directions of documents of any length; padding gives zeros."""

    def __init__(self, inputs, hidden, packed):
        super().__init__(inputs, hidden, batch_first=True, bidirectional=True)
        self.packed = packed

    def forward(self, x, lengths, real):
        if real is None:
            return super().forward(x)[0]
        if self.packed:
            rows = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
            return pad_packed_sequence(super().forward(rows)[0], batch_first=True,
                                       total_length=x.shape[1])[0]
        place = torch.arange(x.shape[1])[None]
        mirror = torch.where(real, lengths[:, None] - 1 - place, place)[:, :, None]
        turn = lambda y: y.gather(1, mirror.expand(-1, -1, y.shape[2]))
        onwards, backwards = self._flat_weights[:4], self._flat_weights[4:]
        one = lambda y, weights: torch.gru(
            y, y.new_zeros(1, len(y), self.hidden_size), weights, True, 1, 0.0, self.training, False,
            True,
        )[0]
        both = torch.cat([one(x, onwards), turn(one(turn(x), backwards))], 2)
        return both * real[:, :, None]


class Head(nn.Module):
    """Label attention: a document's features [B, T, 2H] → logits [B, labels]."""

    def __init__(self, hidden, labels):
        super().__init__()
        self.query = nn.Linear(2 * hidden, labels, bias=False)
        self.score = nn.Linear(2 * hidden, labels)

    def forward(self, o, real):
        scores = self.query(o).transpose(1, 2)
        if real is not None:
            scores = scores.masked_fill(~real[:, None], float("-inf"))
        values = torch.softmax(scores, 2) @ o
        return (self.score.weight * values).sum(2) + self.score.bias


class Marn(nn.Module):
    """The model of a workload."""

    def __init__(self, workload, dropout=0.2, packed=False):
        super().__init__()
        hidden, labels = workload["hidden"], workload["labels"]
        wide = 2 * hidden
        self.mixed, self.dropout = workload["mixed"], dropout
        self.word_embedding = nn.Embedding(VOCABULARY, 100)
        self.word_embedding.weight.requires_grad_(False)
        self.gru = Gru(100, hidden, packed)
        self.ram = nn.ModuleDict({
            "down1": Block(wide, hidden), "down2": Block(hidden, hidden // 2),
            "lateral": Block(hidden // 2, hidden // 2),
            "up1": Block(hidden // 2, hidden, True), "up2": Block(hidden, wide, True),
        })
        self.icd = Head(hidden, labels["icd"])
        self.ccs = Head(hidden, labels["ccs"])

    def forward(self, tokens, lengths):
        real = torch.arange(tokens.shape[1])[None] < lengths[:, None] if self.mixed else None
        x = F.dropout(self.word_embedding(tokens), self.dropout, self.training)
        x = self.gru(x, lengths, real)
        ram, y = self.ram, x.transpose(1, 2)
        d1 = ram["down1"](y, real)
        d2 = ram["down2"](d1, real)
        u = ram["up1"](ram["lateral"](d2, real), real) + d1
        gate = ram["up2"](u, real).transpose(1, 2)
        o = F.dropout(torch.tanh(gate * x), self.dropout, self.training)
        return self.icd(o, real), self.ccs(o, real)


def focal(logits, targets):
    bce = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return (0.999 * (1 - torch.exp(-bce)) ** 2 * bce).mean()


def loss_of(outputs, icd, ccs):
    a, b = outputs
    return 0.7 * focal(a.float(), icd) + 0.3 * focal(b.float(), ccs)


def batch_of(workload):
    """Random tokens [B, T], lengths [B], and multi-hot labels of both tasks."""
    torch.manual_seed(1)
    documents, tokens = workload["documents"], workload["tokens"]
    lengths = torch.full((documents,), tokens)
    if workload["mixed"] and documents > 1:
        shares = 0.3 + 0.7 * torch.arange(documents) / (documents - 1)
        lengths = (tokens * shares).round().long().clamp(min=1)
    ids = torch.randint(2, VOCABULARY, (documents, tokens))
    ids[torch.arange(tokens)[None] >= lengths[:, None]] = 0
    labels = workload["labels"]
    hot = lambda n: (torch.rand(documents, n) < min(0.3, 15 / n)).float()
    return ids, lengths, hot(labels["icd"]), hot(labels["ccs"])
