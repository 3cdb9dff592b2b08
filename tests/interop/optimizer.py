"""Writes fixtures/golden/optimizer.json: some steps of PyTorch's AdamW after clip_grad_norm_.

    python tests/interop/optimizer.py
"""

import json
from pathlib import Path

import torch

TARGET = Path(__file__).parents[2] / "fixtures" / "golden" / "optimizer.json"
SHAPES = {"a": [3, 2], "b": [4]}


def stored(tensor):
    values = [float(f"{value:.8g}") for value in tensor.detach().flatten().tolist()]
    return {"shape": list(tensor.shape), "values": values}


def run(learning_rate, betas, epsilon, weight_decay, clip_norm):
    torch.manual_seed(1)
    weights = {name: torch.randn(shape).double().requires_grad_() for name, shape in SHAPES.items()}
    first = {name: stored(weight) for name, weight in weights.items()}
    groups = [  # the common practice: matrices decay, biases and norms do not
        {"params": [w for w in weights.values() if w.dim() > 1], "weight_decay": weight_decay},
        {"params": [w for w in weights.values() if w.dim() <= 1], "weight_decay": 0},
    ]
    optimizer = torch.optim.AdamW(groups, learning_rate, betas, epsilon)
    steps = []
    for scale in (2.0, 0.1, 1.0, 0.01):  # above and below the clipping norm
        gradients = {name: scale * torch.randn(shape).double() for name, shape in SHAPES.items()}
        given = {name: stored(gradient) for name, gradient in gradients.items()}
        for name, weight in weights.items():
            weight.grad = gradients[name]
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), clip_norm or float("inf"))
        optimizer.step()
        steps.append({
            "gradients": given,
            "norm": norm.item(),
            "weights": {name: stored(weight) for name, weight in weights.items()},
        })
    moments = {
        f"optimizer.{name}.{key}": stored(optimizer.state[weight][key])
        for name, weight in weights.items() for key in ("exp_avg", "exp_avg_sq")
    }
    options = {"learningRate": learning_rate, "beta1": betas[0], "beta2": betas[1],
               "epsilon": epsilon, "weightDecay": weight_decay, "clipNorm": clip_norm}
    return {"options": options, "weights": first, "steps": steps, "moments": moments}


golden = {
    "origin": f"tests/interop/optimizer.py, PyTorch {torch.__version__}, float64",
    "runs": [
        run(1e-3, (0.9, 0.999), 1e-8, 0, 1.0),
        run(1e-2, (0.8, 0.99), 1e-6, 0.1, 0),
    ],
}
TARGET.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
print(TARGET.name, TARGET.stat().st_size, "bytes")
