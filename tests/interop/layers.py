"""Writes fixtures/golden/layers.json: what PyTorch computes for small cases of the layers.

    python tests/interop/layers.py

Every tensor is stored as {"shape": [...], "values": [...]}. Gradients are those of sum(output * dy).
"""

import json
from pathlib import Path

import torch
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from marn import LOSSES, LabelAttention

TARGET = Path(__file__).parents[2] / "fixtures" / "golden" / "layers.json"
LENGTHS = [7, 4, 1]
BATCH, TOKENS = len(LENGTHS), max(LENGTHS)
MASK = (torch.arange(TOKENS)[None] < torch.tensor(LENGTHS)[:, None]).float()


def stored(tensor):
    values = [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def stored_all(tensors):
    return {name: stored(tensor) for name, tensor in tensors.items()}


def masked_input(channels):
    x = torch.randn(BATCH, TOKENS, channels) * MASK[..., None]
    return x.requires_grad_()


def recurrent(kind, bidirectional):
    torch.manual_seed(1)
    layer = kind(5, 4, batch_first=True, bidirectional=bidirectional)
    x = masked_input(5)
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True)
    states, final = layer(packed)
    y, _ = pad_packed_sequence(states, batch_first=True)
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    final = final[0] if isinstance(final, tuple) else final
    return {
        "x": stored(x),
        "weights": stored_all(dict(layer.named_parameters())),
        "y": stored(y),
        "final": stored(final.transpose(0, 1).flatten(1)),
        "dy": stored(dy),
        "dx": stored(x.grad * MASK[..., None]),
        "gradients": stored_all({n: p.grad for n, p in layer.named_parameters()}),
    }


def convolution(kernel, padding, bias, transposed):
    torch.manual_seed(2)
    kind = torch.nn.ConvTranspose1d if transposed else torch.nn.Conv1d
    layer = kind(5, 3, kernel, padding=padding, bias=bias)
    x = masked_input(5)
    y = layer(x.transpose(1, 2)).transpose(1, 2)
    lengths = torch.tensor(LENGTHS)[:, None] + y.shape[1] - TOKENS
    y = y * (torch.arange(y.shape[1])[None] < lengths).float()[..., None]
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    return {
        "options": {"kernel": kernel, "padding": padding, "bias": bias, "transposed": transposed},
        "x": stored(x),
        "weights": stored_all(dict(layer.named_parameters())),
        "y": stored(y),
        "dy": stored(dy),
        "dx": stored(x.grad * MASK[..., None]),
        "gradients": stored_all({n: p.grad for n, p in layer.named_parameters()}),
    }


def batch_norm(tanh, training):
    torch.manual_seed(3)
    layer = torch.nn.BatchNorm1d(6)
    with torch.no_grad():
        layer.weight.uniform_(0.5, 1.5)
        layer.bias.uniform_(-0.5, 0.5)
        layer.running_mean.uniform_(-0.5, 0.5)
        layer.running_var.uniform_(0.5, 1.5)
    layer.train(training)
    before = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    before.pop("num_batches_tracked")
    x = torch.randn(BATCH, TOKENS, 6, requires_grad=True)
    rows = layer(x[MASK.bool()])
    y = torch.zeros_like(x)
    y[MASK.bool()] = torch.tanh(rows) if tanh else rows
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    return {
        "options": {"tanh": tanh, "training": training},
        "x": stored(x),
        "weights": stored_all(before),
        "y": stored(y),
        "dy": stored(dy),
        "dx": stored(x.grad),
        "gradients": stored_all({n: p.grad for n, p in layer.named_parameters()}),
        "after": stored_all({n: layer.state_dict()[n] for n in ("running_mean", "running_var")}),
    }


def label_attention_loss():
    """One layer under several losses, in float64. The inputs are multiples of 1/64: exact in float32."""
    torch.manual_seed(4)
    exact = lambda *shape: (torch.randn(*shape, dtype=torch.float64) * 64).round() / 64
    layer = LabelAttention(2, 130).double()
    with torch.no_grad():
        for parameter in layer.parameters():
            parameter.copy_(exact(*parameter.shape))
    x = (exact(BATCH, TOKENS, 2) * MASK[..., None]).requires_grad_()
    some = (torch.rand(BATCH, 130) < 0.2).double()

    def case(name, alpha, gamma, targets):
        layer.zero_grad()
        x.grad = None
        logits = layer(x, MASK.bool())
        constants = () if name == "bce" else (alpha, gamma)
        loss = LOSSES[name](logits, targets, *constants)
        loss.backward()
        return {
            "options": {"name": name, "alpha": alpha, "gamma": gamma},
            "positives": bool(targets.any()),
            "loss": loss.item(),
            "dx": stored(x.grad),
            "gradients": stored_all({n: p.grad for n, p in layer.named_parameters()}),
        }

    none = torch.zeros_like(some)
    return {
        "x": stored(x),
        "weights": stored_all(dict(layer.named_parameters())),
        "targets": stored(some),
        "logits": stored(layer(x, MASK.bool())),
        "cases": [
            case("bce", 1, 0, some),
            case("focal", 0.999, 2, some),
            case("focal", 0.75, 0, some),
            case("focal", 0.999, 2, none),
            case("focal-balanced", 0.999, 2, some),
            case("focal-balanced", 0.75, 0, some),
            case("focal-balanced", 0.999, 2, none),
        ],
    }


golden = {
    "origin": f"tests/interop/layers.py, PyTorch {torch.__version__}",
    "lengths": LENGTHS,
    "gru": [recurrent(torch.nn.GRU, both) for both in (True, False)],
    "lstm": [recurrent(torch.nn.LSTM, both) for both in (True, False)],
    "conv": [
        convolution(3, 1, False, False),
        convolution(3, 1, False, True),
        convolution(4, 2, True, False),
        convolution(9, 4, True, False),
        convolution(1, 0, True, False),
        convolution(5, 0, False, False),
    ],
    "batchNorm": [batch_norm(tanh, training) for tanh in (False, True) for training in (True, False)],
    "labelAttentionLoss": label_attention_loss(),
}
TARGET.parent.mkdir(parents=True, exist_ok=True)
TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(TARGET.name, TARGET.stat().st_size, "bytes")
