"""MARN's training step in PyTorch: float32 with fused Adam; in bfloat16; with packed sequences."""

import torch

from answer import answer
from fastest import measure
from marn import Marn, batch_of, loss_of


def step(request, autocast=False, packed=False):
    model = Marn(request["workload"], packed=packed)
    ids, lengths, icd, ccs = batch_of(request["workload"])
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(trained, 1e-3, fused=True)

    def work_of(variant):
        def work():
            with torch.autocast("cpu", torch.bfloat16, enabled=autocast):
                outputs = variant(ids, lengths)
            loss = loss_of(outputs, icd, ccs)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            optimizer.zero_grad()
            loss.item()
        return work

    return measure(request, model, work_of)


def bfloat16_step(request):
    return step(request, autocast=True)


def packed_step(request):
    """With packed sequences, which do not compile, on the threads that were fastest without them."""
    threads = request["choice"]["threads"]
    return step({**request, "choice": {"mode": "eager", "threads": threads}}, packed=True)


if __name__ == "__main__":
    answer({"step": step, "bfloat16": bfloat16_step, "packed": packed_step})
