"""Golden values of the compared systems: forward pass, loss and every gradient, from PyTorch.

Every document is computed alone, as the released code computes a batch of one; only batch-norm
statistics are taken over the documents of the batch together. So nothing here knows of padding, and
the project's padded batches are held against it. Weights come from a hash of (name, index) that the
tests compute too, so that the stored file holds results alone.

Made with: python tests/interop/zoo.py > fixtures/golden/zoo.json   (torch 2.13.0, transformers 5.x)
"""

import json
import math
import sys

import numpy as np
import torch
import torch.nn.functional as F
import transformers

torch.set_default_dtype(torch.float64)
VOCABULARY, EMBEDDING, ICD, CCS = 30, 8, 5, 3
LENGTHS = [7, 1, 12, 4]


def mix32(x):
    x = x.astype(np.uint64) & 0xFFFFFFFF
    x = ((x ^ (x >> np.uint64(16))) * 0x21F0AAAD) & 0xFFFFFFFF
    x = ((x ^ (x >> np.uint64(15))) * 0x735A2D97) & 0xFFFFFFFF
    return (x ^ (x >> np.uint64(15))) & 0xFFFFFFFF


def name_hash(name):
    state = np.array([0x9E3779B9], dtype=np.uint64)
    for letter in name:
        state = mix32(state ^ np.uint64(ord(letter)))
    return state


def hashed(name, shape, low=-0.5, high=0.5):
    """float32 values in [low, high) that depend on the name and the index alone."""
    count = int(np.prod(shape))
    bits = mix32(name_hash(name) ^ mix32(np.arange(count, dtype=np.uint64) + np.uint64(1)))
    unit = bits.astype(np.float64) / 2**32
    values = (low + (high - low) * unit).astype(np.float32)
    return values.reshape(shape)


def hashed_int(name, count, low, high):
    return (low + np.floor(hashed(name, (count,), 0, 1).astype(np.float64) * (high - low))).astype(int)


class Weights(dict):
    """Trained tensors by name; made on first use with the hashed values."""

    def take(self, name, *shape, low=-0.5, high=0.5):
        if name not in self:
            values = hashed(name, shape, low, high)
            if name in ("embed.weight", "word_rep.embed.weight", "desc_embedding.weight"):
                values[0] = 0
            self[name] = torch.tensor(values.astype(np.float64), requires_grad=True)
        assert tuple(self[name].shape) == shape, name
        return self[name]


DOCUMENTS = [torch.tensor(hashed_int(f"tokens {i}", n, 2, VOCABULARY)) for i, n in enumerate(LENGTHS)]
TARGETS_ICD = torch.tensor((hashed("icd", (len(LENGTHS), ICD), 0, 1) < 0.4).astype(np.float64))
TARGETS_CCS = torch.tensor((hashed("ccs", (len(LENGTHS), CCS), 0, 1) < 0.4).astype(np.float64))
TITLES = [[3, 4, 5], [6], [7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18], [1], [19, 20]]
BUFFERS = {}  # batch-norm statistics after the step
FROZEN = {}  # tensors that are not trained


def frozen(name, *shape):
    values = hashed(name, shape)
    values[0] = 0
    FROZEN[name] = values
    return torch.tensor(values.astype(np.float64))


def embed(table):
    return [table[tokens].T for tokens in DOCUMENTS]  # each [E, T]


def conv(x, weight, bias=None, padding=0):
    return F.conv1d(x[None], weight, bias, padding=padding)[0]


def batch_norm(xs, w, prefix):
    """Statistics over all documents' positions; each x is [C, T]."""
    channels = xs[0].shape[0]
    scale = w.take(f"{prefix}.weight", channels, low=0.5, high=1.5)
    shift = w.take(f"{prefix}.bias", channels)
    every = torch.cat(xs, dim=1)
    mean, var = every.mean(1), every.var(1, unbiased=False)
    count = every.shape[1]
    BUFFERS[f"{prefix}.running_mean"] = (0.1 * mean).tolist()
    BUFFERS[f"{prefix}.running_var"] = (0.9 + 0.1 * var * count / (count - 1)).tolist()
    factor = scale / torch.sqrt(var + 1e-5)
    return [(x - mean[:, None]) * factor[:, None] + shift[:, None] for x in xs]


def label_attention(hs, w, labels, query="U.weight", score="final"):
    """LWA: each h is [D, T]; returns logits [B, labels]."""
    width = hs[0].shape[0]
    queries = w.take(query, labels, width)
    rows = w.take(f"{score}.weight", labels, width)
    bias = w.take(f"{score}.bias", labels)
    logits = []
    for h in hs:
        alpha = torch.softmax(queries @ h, dim=1)
        m = alpha @ h.T
        logits.append((rows * m).sum(1) + bias)
    return torch.stack(logits)


def recurrence(kind, xs, w, prefix, hidden, bidirectional=True):
    """One layer of PyTorch's own GRU or LSTM; returns outputs [D, T] and final states [D] by document."""
    gates = 3 if kind == "gru" else 4
    size = xs[0].shape[0]
    names, flat = [], []
    for suffix in ["", "_reverse"] if bidirectional else [""]:
        for name, shape in [("weight_ih_l0", (gates * hidden, size)), ("weight_hh_l0", (gates * hidden, hidden)),
                            ("bias_ih_l0", (gates * hidden,)), ("bias_hh_l0", (gates * hidden,))]:
            names.append(name + suffix)
            flat.append(w.take(f"{prefix}.{name}{suffix}", *shape))
    module = (torch.nn.GRU if kind == "gru" else torch.nn.LSTM)(size, hidden, bidirectional=bidirectional)
    outputs, finals = [], []
    for x in xs:
        result, state = torch.func.functional_call(module, dict(zip(names, flat)), (x.T,))
        last = state if kind == "gru" else state[0]
        outputs.append(result.T)
        finals.append(last.reshape(-1))
    return outputs, finals


def bce(logits, targets):
    return F.binary_cross_entropy_with_logits(logits, targets)


def cnn(w):
    xs = embed(w.take("embed.weight", VOCABULARY, EMBEDDING))
    weight, bias = w.take("conv.weight", 6, EMBEDDING, 4), w.take("conv.bias", 6)
    pooled = []
    for x in xs:
        x = F.pad(x, (0, max(0, 4 - x.shape[1])))
        pooled.append(torch.tanh(conv(x, weight, bias)).max(1).values)
    logits = torch.stack(pooled) @ w.take("fc.weight", ICD, 6).T + w.take("fc.bias", ICD)
    return logits, bce(logits, TARGETS_ICD)


def bigru(w):
    _, finals = recurrence("gru", embed(w.take("embed.weight", VOCABULARY, EMBEDDING)), w, "rnn", 4)
    logits = torch.stack(finals) @ w.take("final.weight", ICD, 8).T + w.take("final.bias", ICD)
    return logits, bce(logits, TARGETS_ICD)


def caml_logits(w):
    xs = embed(w.take("embed.weight", VOCABULARY, EMBEDDING))
    weight, bias = w.take("conv.weight", 5, EMBEDDING, 10), w.take("conv.bias", 5)
    return label_attention([torch.tanh(conv(x, weight, bias, 5)) for x in xs], w, ICD)


def caml(w):
    logits = caml_logits(w)
    return logits, bce(logits, TARGETS_ICD)


def dr_caml(w, strength=10.0):
    logits = caml_logits(w)
    table = w.take("desc_embedding.weight", VOCABULARY, EMBEDDING)
    weight, bias = w.take("label_conv.weight", 5, EMBEDDING, 10), w.take("label_conv.bias", 5)
    vectors = torch.stack([torch.tanh(conv(table[torch.tensor(t)].T, weight, bias, 5)).max(1).values for t in TITLES])
    vectors = vectors @ w.take("label_fc1.weight", 5, 5).T + w.take("label_fc1.bias", 5)
    distance = ((w["final.weight"] - vectors) ** 2).sum(1)
    penalty = strength / 5 * (TARGETS_ICD @ distance).mean()
    return logits, bce(logits, TARGETS_ICD) + penalty


def residual_channel(xs, w, prefix, size, filters, normalise):
    inner = lambda name, values, weight, k: [conv(x, weight, padding=k // 2) for x in values]
    first = w.take(f"{prefix}.left.0.weight", filters, EMBEDDING, size)
    second = w.take(f"{prefix}.left.3.weight", filters, filters, size)
    short = w.take(f"{prefix}.shortcut.0.weight", filters, EMBEDDING, 1)
    left = normalise(inner("left", xs, first, size), w, f"{prefix}.left.1")
    left = normalise(inner("left", [torch.tanh(x) for x in left], second, size), w, f"{prefix}.left.4")
    right = normalise(inner("short", xs, short, 1), w, f"{prefix}.shortcut.1")
    return [torch.tanh(a + b) for a, b in zip(left, right)]


def multi_res_cnn(w):
    xs = embed(w.take("word_rep.embed.weight", VOCABULARY, EMBEDDING))
    channels = []
    for size in (3, 5):
        prefix = f"conv.channel-{size}"
        weight = w.take(f"{prefix}.baseconv.weight", EMBEDDING, EMBEDDING, size)
        bias = w.take(f"{prefix}.baseconv.bias", EMBEDDING)
        base = [torch.tanh(conv(x, weight, bias, size // 2)) for x in xs]
        channels.append(residual_channel(base, w, f"{prefix}.resconv-0", size, 4, batch_norm))
    hs = [torch.cat(parts) for parts in zip(*channels)]
    logits = label_attention(hs, w, ICD, "output_layer.U.weight", "output_layer.final")
    return logits, bce(logits, TARGETS_ICD)


def ram_block(xs, w, prefix, inputs, outputs, up):
    for i, (a, b) in enumerate([(inputs, outputs), (outputs, outputs)]):
        weight = w.take(f"{prefix}.{i * 3}.weight", *((a, b, 3) if up else (b, a, 3)))
        run = F.conv_transpose1d if up else F.conv1d
        xs = [run(x[None], weight, padding=1)[0] for x in xs]
        xs = batch_norm(xs, w, f"{prefix}.{i * 3 + 1}")
        if i == 0:
            xs = [torch.tanh(x) for x in xs]
    return xs


def mt_ram(w, hidden=4):
    xs, _ = recurrence("gru", embed(frozen("word_rep.embed.weight", VOCABULARY, EMBEDDING)), w, "encoder", hidden)
    wide, half = 2 * hidden, hidden // 2
    m = "output_layer.ram"
    d1 = ram_block(xs, w, f"{m}.down1", wide, hidden, False)
    d2 = ram_block(d1, w, f"{m}.down2", hidden, half, False)
    lateral = ram_block(d2, w, f"{m}.lateral", half, half, False)
    u = [a + b for a, b in zip(ram_block(lateral, w, f"{m}.up1", half, hidden, True), d1)]
    u = ram_block(u, w, f"{m}.up2", hidden, wide, True)
    o = [torch.tanh(a * x) for a, x in zip(u, xs)]
    icd = label_attention(o, w, ICD, "output_layer.U.weight", "output_layer.final")
    ccs = label_attention(o, w, CCS, "output_layer.U_ccs.weight", "output_layer.final_ccs")
    return torch.cat([icd, ccs], 1), 0.7 * bce(icd, TARGETS_ICD) + 0.3 * bce(ccs, TARGETS_CCS)


def laat_values(hs, w, level, labels):
    first = w.take(f"attention.first_linears.{level}.weight", 3, hs[0].shape[0])
    second = w.take(f"attention.second_linears.{level}.weight", labels, 3)
    values = []
    for h in hs:
        attention = torch.softmax(second @ torch.tanh(first @ h), dim=1)
        values.append(attention @ h.T)
    return torch.stack(values)  # [B, labels, 2u]


def laat(w):
    hs, _ = recurrence("lstm", embed(frozen("embedding.embeddings.weight", VOCABULARY, EMBEDDING)), w, "rnn", 4)
    values = laat_values(hs, w, 0, ICD)
    third = w.take("attention.third_linears.0.weight", ICD, 8)
    logits = (values * third).sum(2) + w.take("attention.third_linears.0.bias", ICD)
    return logits, bce(logits, TARGETS_ICD)


FIRST_LEVEL = [0, 0, 1, 2, 2]  # of the five codes 428.0 428.1 V45.81 038.9 038.0: parents by first use


def joint_laat(w):
    hs, _ = recurrence("lstm", embed(frozen("embedding.embeddings.weight", VOCABULARY, EMBEDDING)), w, "rnn", 4)
    parents = max(FIRST_LEVEL) + 1
    one = (laat_values(hs, w, 0, parents) * w.take("attention.third_linears.0.weight", parents, 8)).sum(2)
    one = one + w.take("attention.third_linears.0.bias", parents)
    projection = torch.sigmoid(torch.sigmoid(one) @ w.take("attention.projection_linears.0.weight", 3, parents).T)
    values = laat_values(hs, w, 1, ICD)
    joined = torch.cat([values, projection[:, None, :].expand(-1, ICD, -1)], 2)
    two = (joined * w.take("attention.third_linears.1.weight", ICD, 8 + 3)).sum(2)
    two = two + w.take("attention.third_linears.1.bias", ICD)
    membership = F.one_hot(torch.tensor(FIRST_LEVEL), parents).to(torch.float64)
    targets = (TARGETS_ICD @ membership).clamp(max=1)
    return two, (parents * bce(one, targets) + ICD * bce(two, TARGETS_ICD)) / (parents + ICD)


def group_norm(xs, w, prefix):
    channels = xs[0].shape[0]
    scale = w.take(f"{prefix}.weight", channels, low=0.5, high=1.5)
    shift = w.take(f"{prefix}.bias", channels)
    return [F.group_norm(x[None], 1, scale, shift)[0] for x in xs]


def soft_pool(x, score):
    if x.shape[1] % 2:
        x = F.pad(x, (0, 1))
    pairs = x.reshape(x.shape[0], -1, 2)
    weights = torch.softmax(conv(x, score).reshape(1, -1, 2), dim=2)
    return (pairs * weights).sum(2)


def layer_norm(x, w, prefix, eps=1e-5):
    width = x.shape[-1]
    scale = w.take(f"{prefix}.weight", width, low=0.5, high=1.5)
    return F.layer_norm(x, (width,), scale, w.take(f"{prefix}.bias", width), eps)


def linear(x, w, prefix, outputs):
    return x @ w.take(f"{prefix}.weight", outputs, x.shape[-1]).T + w.take(f"{prefix}.bias", outputs)


def sinusoid(positions, width):
    table = torch.zeros(positions, width)
    for p in range(positions):
        for i in range(width):
            angle = p / 10000 ** (2 * (i // 2) / width)
            table[p, i] = math.sin(angle) if i % 2 == 0 else math.cos(angle)
    return table


def fusion(w, heads=2):
    xs = embed(w.take("word_rep.embed.weight", VOCABULARY, EMBEDDING))
    channels = []
    for size in (3, 5):
        prefix = f"conv.channel-{size}"
        weight = w.take(f"{prefix}.baseconv.weight", EMBEDDING, EMBEDDING, size)
        bias = w.take(f"{prefix}.baseconv.bias", EMBEDDING)
        score = w.take(f"{prefix}.basevonb-pool-0.att_conv.0.weight", 1, EMBEDDING, 1)
        base = [soft_pool(torch.tanh(conv(x, weight, bias, size // 2)), score) for x in xs]
        channels.append(residual_channel(base, w, f"{prefix}.resconv-0", size, 4, group_norm))
    outputs = []
    for parts in zip(*channels):
        x = torch.cat(parts).T  # [T, 8]
        x = x + sinusoid(x.shape[0], 8)
        a = "transfer.encoder_layers.0.attention"
        q, k, v = (linear(x, w, f"{a}.linear_{n}", 8).reshape(-1, heads, 4).transpose(0, 1) for n in "qkv")
        mixed = torch.softmax(q @ k.transpose(1, 2) / math.sqrt(4), dim=2) @ v
        mixed = linear(mixed.transpose(0, 1).reshape(-1, 8), w, f"{a}.linear_final", 8)
        x = layer_norm(x + mixed, w, f"{a}.layer_norm")
        f = "transfer.encoder_layers.0.feed_forward"
        inner = torch.relu(conv(x.T, w.take(f"{f}.w1.weight", 6, 8, 1), w.take(f"{f}.w1.bias", 6)))
        wide = conv(inner, w.take(f"{f}.w2.weight", 8, 6, 1), w.take(f"{f}.w2.bias", 8)).T
        outputs.append(torch.tanh(layer_norm(x + wide, w, f"{f}.layer_norm")).T)
    logits = label_attention(outputs, w, ICD, "output_layer.U.weight", "output_layer.final")
    return logits, bce(logits, TARGETS_ICD)


# Word pieces of each vocabulary word: word v has v % 3 + 1 pieces.
CLS, SEP, PIECES, WINDOW = 1, 2, 20, 6  # a sentence holds at most 6 pieces, [CLS] and [SEP] included


def pieces_of(word):
    return [3 + int(x) for x in hashed_int(f"pieces {word}", word % 3 + 1, 0, PIECES - 3)]


def sentences_of(tokens):
    """Words go whole into a window as long as they fit; a word longer than a window is cut."""
    sentences, current = [], []
    for token in tokens.tolist():
        word = pieces_of(token)[: WINDOW - 2]
        if len(current) + len(word) > WINDOW - 2:
            sentences.append(current)
            current = []
        current = current + word
    sentences.append(current)
    return [[CLS, *s, SEP] for s in sentences]


def bert_layers(model, w, prefix):
    state = {}
    for name, tensor in model.state_dict().items():
        if not tensor.dtype.is_floating_point:
            continue
        low, high = (0.5, 1.5) if "LayerNorm.weight" in name else (-0.5, 0.5)
        state[name] = w.take(f"{prefix}.{name}", *tensor.shape, low=low, high=high)
    return state


def mdbert(w):
    config = transformers.BertConfig(
        vocab_size=PIECES, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=12,
        max_position_embeddings=10, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        attn_implementation="eager")
    bert = transformers.BertModel(config, add_pooling_layer=False).double()
    state = bert_layers(bert, w, "bert")
    upper = transformers.BertModel(
        transformers.BertConfig(**{**config.to_dict(), "num_hidden_layers": 1}), add_pooling_layer=False
    ).double().encoder
    upper_state = bert_layers(upper, w, "doc_encoder")
    positions = w.take("doc_encoder.position_embeddings.weight", 6, 8)
    rows = []
    for tokens in DOCUMENTS:
        vectors = []
        for sentence in sentences_of(tokens):
            hidden = torch.func.functional_call(bert, state, (torch.tensor([sentence]),)).last_hidden_state
            vectors.append(hidden[0].mean(0))
        x = torch.stack(vectors)[:6]
        x = (x + positions[: x.shape[0]])[None]
        rows.append(torch.func.functional_call(upper, upper_state, (x,)).last_hidden_state[0].mean(0))
    logits = linear(torch.stack(rows), w, "classifier", ICD)
    return logits, bce(logits, TARGETS_ICD)


def golden(run):
    BUFFERS.clear()
    FROZEN.clear()
    weights = Weights()
    logits, loss = run(weights)
    loss.backward()
    short = lambda values: [float(f"{v:.9g}") for v in np.asarray(values).reshape(-1)]
    return {
        "logits": short(logits.detach().numpy()),
        "loss": loss.item(),
        "shapes": {name: list(value.shape) for name, value in weights.items()},
        "frozen": {name: list(value.shape) for name, value in FROZEN.items()},
        "gradients": {name: short(value.grad.numpy()) for name, value in weights.items()},
        "buffers": {name: short(value) for name, value in BUFFERS.items()},
    }


SYSTEMS = {"cnn": cnn, "bigru": bigru, "caml": caml, "dr-caml": dr_caml, "multi-res-cnn": multi_res_cnn,
           "mt-ram": mt_ram, "laat": laat, "joint-laat": joint_laat, "fusion": fusion, "mdbert": mdbert}

if __name__ == "__main__":
    json.dump({
        "origin": f"tests/interop/zoo.py, torch {torch.__version__}, transformers {transformers.__version__}, float64",
        "tokens": [d.tolist() for d in DOCUMENTS],
        "targets": {"icd": TARGETS_ICD.tolist(), "ccs": TARGETS_CCS.tolist()},
        "titles": TITLES,
        "pieces": {str(v): pieces_of(v) for v in range(VOCABULARY)},
        "systems": {name: golden(run) for name, run in SYSTEMS.items()},
    }, sys.stdout, separators=(",", ":"))
    print()
