"""MARN's inference in PyTorch."""

import torch

from answer import answer
from fastest import measure
from marn import Marn, batch_of


def inference(request):
    model = Marn(request["workload"]).eval()
    ids, lengths, _, _ = batch_of(request["workload"])

    def work_of(variant):
        def work():
            with torch.inference_mode():
                variant(ids, lengths)
        return work

    return measure(request, model, work_of)


if __name__ == "__main__":
    answer({"inference": inference})
