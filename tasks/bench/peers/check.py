"""How far the product's logits, loss and gradients are from PyTorch's on the same weights and batch."""

from pathlib import Path
from types import SimpleNamespace

import torch
from safetensors.torch import load_file

from answer import answer
from marn import Marn, loss_of


def check(request):
    tensors = load_file(str(Path(request["folder"]) / "check.safetensors"))
    take = lambda prefix: {name.removeprefix(prefix): tensors.pop(name)
                           for name in list(tensors) if name.startswith(prefix)}
    given, gradients = SimpleNamespace(**take("check.")), take("gradient.")
    model = Marn(request["workload"], dropout=0.0).train()
    state = {name: value for name, value in model.state_dict().items() if "num_batches" not in name}
    assert state.keys() == tensors.keys(), state.keys() ^ tensors.keys()
    model.load_state_dict(tensors, strict=False)
    outputs = model(given.tokens.long(), given.lengths.long())
    loss = loss_of(outputs, given.icd, given.ccs)
    loss.backward()
    own = {name: p.grad for name, p in model.named_parameters() if p.requires_grad}
    assert own.keys() == gradients.keys(), own.keys() ^ gradients.keys()
    off = lambda a, b: ((a - b).abs().max() / b.abs().max()).item()
    by_weight = {name: off(gradients[name], own[name]) for name in own}
    worst = max(by_weight, key=by_weight.get)
    return {"seconds": [], "more": {
        "logits": off(given.logits, torch.cat(outputs, 1)),
        "loss": off(given.loss, loss),
        "gradient": by_weight[worst], "weight": worst, "weights": len(own),
    }}


if __name__ == "__main__":
    answer({"check": check})
