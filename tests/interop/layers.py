"""Writes fixtures/golden/layers.json: what PyTorch computes for small cases of the layers.

    python tests/interop/layers.py

Every tensor is stored as {"shape": [...], "values": [...]}. Gradients are those of sum(output * dy).
"""

import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from marn import LOSSES, LabelAttention, MaskedBatchNorm, Ram

TARGET = Path(__file__).parents[2] / "fixtures" / "golden" / "layers.json"
LENGTHS = [7, 4, 1]
BATCH, TOKENS = len(LENGTHS), max(LENGTHS)
MASK = (torch.arange(TOKENS)[None] < torch.tensor(LENGTHS)[:, None]).float()
EVERYWHERE = torch.ones_like(MASK)


def stored(tensor):
    values = [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def stored_all(tensors):
    return {name: stored(tensor) for name, tensor in tensors.items()}


def state(layer):
    return {n: t for n, t in layer.state_dict().items() if t.is_floating_point()}


def masked_input(channels, dtype=torch.float32):
    x = torch.randn(BATCH, TOKENS, channels, dtype=dtype) * MASK[..., None]
    return x.requires_grad_()


def both_passes(layer, forward, x, mask=MASK):
    """Values and gradients of forward(x); those of x where `mask` is 1."""
    weights = stored_all(state(layer))
    y = forward(x)
    dy = torch.randn_like(y)
    (y * dy).sum().backward()
    return {
        "x": stored(x),
        "weights": weights,
        "y": stored(y),
        "dy": stored(dy),
        "dx": stored(x.grad * mask[..., None]),
        "gradients": stored_all({n: p.grad for n, p in layer.named_parameters()}),
    }


def recurrent(kind, bidirectional):
    torch.manual_seed(1)
    layer = kind(5, 4, batch_first=True, bidirectional=bidirectional)
    x = masked_input(5)
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True)
    final = layer(packed)[1]
    final = final[0] if isinstance(final, tuple) else final

    def forward(x):
        packed = pack_padded_sequence(x, LENGTHS, batch_first=True)
        return pad_packed_sequence(layer(packed)[0], batch_first=True)[0]

    return {**both_passes(layer, forward, x), "final": stored(final.transpose(0, 1).flatten(1))}


def convolution(kernel, padding, bias, transposed):
    torch.manual_seed(2)
    kind = nn.ConvTranspose1d if transposed else nn.Conv1d
    layer = kind(5, 3, kernel, padding=padding, bias=bias)

    def forward(x):
        y = layer(x.transpose(1, 2)).transpose(1, 2)
        lengths = torch.tensor(LENGTHS)[:, None] + y.shape[1] - TOKENS
        return y * (torch.arange(y.shape[1])[None] < lengths).float()[..., None]

    options = {"kernel": kernel, "padding": padding, "bias": bias, "transposed": transposed}
    return {"options": options, **both_passes(layer, forward, masked_input(5))}


def batch_norm(tanh, training):
    torch.manual_seed(3)
    layer = nn.BatchNorm1d(6)
    with torch.no_grad():
        layer.weight.uniform_(0.5, 1.5)
        layer.bias.uniform_(-0.5, 0.5)
        layer.running_mean.uniform_(-0.5, 0.5)
        layer.running_var.uniform_(0.5, 1.5)
    layer.train(training)

    def forward(x):
        rows = layer(x[MASK.bool()])
        y = torch.zeros_like(x)
        y[MASK.bool()] = torch.tanh(rows) if tanh else rows
        return y

    x = torch.randn(BATCH, TOKENS, 6, requires_grad=True)
    return {
        "options": {"tanh": tanh, "training": training},
        **both_passes(layer, forward, x),
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


def prepared(layer, training=True):
    """In float64; norms, which start at one and zero, get values that matter."""
    with torch.no_grad():
        for name, value in state(layer).items():
            if value.ndim == 1 and name.endswith(("weight", "running_var")):
                value.uniform_(0.5, 1.5)
            elif value.ndim == 1:
                value.uniform_(-0.5, 0.5)
    return layer.double().train(training)


class MaskedGroupNorm(nn.GroupNorm):
    """Group norm with one group of x [B, C, T], of each document's real positions alone."""

    def __init__(self, channels):
        super().__init__(1, channels)

    def forward(self, x, mask):
        documents = [super(MaskedGroupNorm, self).forward(d[None, :, m]) for d, m in zip(x, mask)]
        return torch.cat([F.pad(d, (0, TOKENS - d.shape[2])) for d in documents])


class Residual(nn.Module):
    """The residual block under the names of the releases' nn.Sequentials."""

    def __init__(self, inputs, outputs, kernel, norm):
        super().__init__()
        conv = lambda inputs, kernel: nn.Conv1d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
        self.left = nn.ModuleDict({"0": conv(inputs, kernel), "1": norm(outputs),
                                   "3": conv(outputs, kernel), "4": norm(outputs)})
        self.shortcut = nn.ModuleDict({"0": conv(inputs, 1), "1": norm(outputs)})

    def forward(self, features, mask):
        x = features.transpose(1, 2)
        left = torch.tanh(self.left["1"](self.left["0"](x), mask)) * mask[:, None]
        left = self.left["4"](self.left["3"](left), mask)
        right = self.shortcut["1"](self.shortcut["0"](x), mask)
        return torch.tanh(left + right).transpose(1, 2)


def linear(bias):
    torch.manual_seed(5)
    layer = prepared(nn.Linear(5, 3, bias=bias))
    x = torch.randn(BATCH, TOKENS, 5, dtype=torch.float64, requires_grad=True)
    return {"options": {"bias": bias}, **both_passes(layer, layer, x, EVERYWHERE)}


def layer_norm():
    torch.manual_seed(6)
    layer = prepared(nn.LayerNorm(5, eps=1e-5))
    x = torch.randn(BATCH, TOKENS, 5, dtype=torch.float64, requires_grad=True)
    return both_passes(layer, layer, x, EVERYWHERE)


def group_norm():
    torch.manual_seed(7)
    layer = prepared(MaskedGroupNorm(5))
    forward = lambda x: layer(x.transpose(1, 2), MASK.bool()).transpose(1, 2)
    return both_passes(layer, forward, masked_input(5, torch.float64))


def norm_conv(transposed, training):
    torch.manual_seed(8)
    kind = nn.ConvTranspose1d if transposed else nn.Conv1d
    conv = kind(5, 3, 3, padding=1, bias=False)
    layer = prepared(nn.ModuleDict({"norm": MaskedBatchNorm(5), "conv": conv}), training)

    def forward(x):
        inner = torch.tanh(layer["norm"](x.transpose(1, 2), MASK.bool()))
        return layer["conv"](inner).transpose(1, 2) * MASK[..., None]

    options = {"transposed": transposed, "training": training}
    return {"options": options, **both_passes(layer, forward, masked_input(5, torch.float64))}


def norm_gate(training):
    """The layer's input gates itself, so that both gradients count."""
    torch.manual_seed(9)
    layer = prepared(MaskedBatchNorm(5), training)
    forward = lambda x: torch.tanh(layer(x.transpose(1, 2), MASK.bool()).transpose(1, 2) * x)
    return {"options": {"training": training}, **both_passes(layer, forward, masked_input(5, torch.float64))}


def recalibration(training, up="deconvolution"):
    torch.manual_seed(10)
    layer = prepared(Ram(8, up), training)
    forward = lambda x: layer(x, MASK.bool())
    return {"options": {"training": training, "up": up}, **both_passes(layer, forward, masked_input(8, torch.float64))}


def residual_conv(norm):
    torch.manual_seed(11)
    layer = prepared(Residual(5, 4, 3, {"batch": MaskedBatchNorm, "group": MaskedGroupNorm}[norm]))
    forward = lambda x: layer(x, MASK.bool())
    return {"options": {"kernel": 3, "norm": norm}, **both_passes(layer, forward, masked_input(5, torch.float64))}


def self_attention(heads):
    """x holds queries, keys and values of six channels each; the positions of padding attend too."""
    torch.manual_seed(12)
    x = torch.randn(BATCH, TOKENS, 18, dtype=torch.float64, requires_grad=True)
    split = lambda part: part.unflatten(2, (heads, -1)).transpose(1, 2)

    def forward(x):
        query, key, value = (split(part) for part in x.split(6, 2))
        mixed = F.scaled_dot_product_attention(query, key, value, MASK.bool()[:, None, None])
        return mixed.transpose(1, 2).flatten(2)

    return {"options": {"heads": heads}, **both_passes(nn.Module(), forward, x, EVERYWHERE)}


def max_pool():
    torch.manual_seed(13)
    forward = lambda x: x.masked_fill(MASK[..., None] == 0, -torch.inf).max(1).values
    return both_passes(nn.Module(), forward, masked_input(5, torch.float64))


golden = {
    "origin": f"tests/interop/layers.py, PyTorch {torch.__version__}",
    "lengths": LENGTHS,
    "gru": [recurrent(nn.GRU, both) for both in (True, False)],
    "lstm": [recurrent(nn.LSTM, both) for both in (True, False)],
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
    "linear": [linear(bias) for bias in (True, False)],
    "layerNorm": [layer_norm()],
    "groupNorm": [group_norm()],
    "normConv": [norm_conv(transposed, training) for transposed in (False, True) for training in (True, False)],
    "normGate": [norm_gate(training) for training in (True, False)],
    "recalibration": [
        recalibration(training, up) for up in ("deconvolution", "linear") for training in (True, False)
    ],
    "residualConv": [residual_conv(norm) for norm in ("batch", "group")],
    "selfAttention": [self_attention(heads) for heads in (1, 2, 3)],
    "maxPool": [max_pool()],
}

if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(TARGET.name, TARGET.stat().st_size, "bytes")
