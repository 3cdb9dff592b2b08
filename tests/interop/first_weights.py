"""
Writes fixtures/golden/first_weights.safetensors: a GRU of PyTorch's and word vectors of 16 bits, under
the names that a MARN of two hidden units has, for `deno task train --init`.

    python tests/interop/first_weights.py

Made with torch 2.13 and safetensors 0.8.
"""

import pathlib

import torch
from safetensors.torch import save_file

golden = pathlib.Path(__file__).parents[2] / "fixtures" / "golden"
torch.manual_seed(1)
gru = torch.nn.GRU(100, 2, bidirectional=True, batch_first=True)
tensors = {f"gru.{name}": value for name, value in gru.state_dict().items()}
words = torch.arange(12 * 100, dtype=torch.bfloat16).reshape(12, 100) / 1024
words[0] = 0
tensors["word_embedding.weight"] = words
save_file(tensors, golden / "first_weights.safetensors")
