#!/usr/bin/env python3
"""One training step at BERT-base shape, written plainly in PyTorch: what `Peft.Benchmarks step` is compared with.

Usage: plain_pytorch.py METHOD STEPS   (METHOD: head-only, lora, houlsby, adamix-houlsby)
Prints one JSON line: median seconds of a step after two warm-up steps, and peak resident memory.
"""
import json
import random
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

HIDDEN, LAYERS, HEADS, INNER, VOCAB, LENGTH, BATCH, DROPOUT = 768, 12, 12, 3072, 30522, 128, 8, 0.1


class Lora(nn.Module):
    def __init__(self, linear, rank=8, alpha=16):
        super().__init__()
        self.linear, self.scale = linear, alpha / rank
        self.a = nn.Parameter(torch.empty(rank, linear.in_features))
        self.b = nn.Parameter(torch.zeros(linear.out_features, rank))
        nn.init.kaiming_uniform_(self.a, a=5 ** 0.5)

    def forward(self, x):
        return self.linear(x) + self.scale * (x @ self.a.T) @ self.b.T


class Houlsby(nn.Module):
    """Bottleneck adapter; with experts > 1, AdaMix: one random down-projection per pass, the up-projection shared."""

    def __init__(self, experts=1, width=48):
        super().__init__()
        self.down = nn.ModuleList(nn.Linear(HIDDEN, width) for _ in range(experts))
        self.up = nn.Linear(width, HIDDEN)
        for linear in [*self.down, self.up]:
            nn.init.normal_(linear.weight, 0, 0.02)
            nn.init.zeros_(linear.bias)

    def forward(self, x):
        return x + self.up(F.silu(self.down[random.randrange(len(self.down))](x)))


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.query, self.key, self.value = (nn.Linear(HIDDEN, HIDDEN) for _ in range(3))
        self.output, self.norm = nn.Linear(HIDDEN, HIDDEN), nn.LayerNorm(HIDDEN, 1e-12)
        self.drop, self.adapter = nn.Dropout(DROPOUT), nn.Identity()

    def split(self, x):
        return x.view(x.shape[0], x.shape[1], HEADS, -1).transpose(1, 2)

    def forward(self, x):
        q, k, v = self.split(self.query(x)), self.split(self.key(x)), self.split(self.value(x))
        scores = q @ k.transpose(-1, -2) / (HIDDEN // HEADS) ** 0.5
        mixed = self.drop(scores.softmax(-1)) @ v
        hidden = self.drop(self.output(mixed.transpose(1, 2).reshape(x.shape)))
        return self.norm(self.adapter(hidden) + x)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention, self.up, self.down = Attention(), nn.Linear(HIDDEN, INNER), nn.Linear(INNER, HIDDEN)
        self.norm, self.drop, self.adapter = nn.LayerNorm(HIDDEN, 1e-12), nn.Dropout(DROPOUT), nn.Identity()

    def forward(self, x):
        x = self.attention(x)
        return self.norm(self.adapter(self.drop(self.down(F.gelu(self.up(x))))) + x)


class Bert(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.positions, self.types = nn.Embedding(VOCAB, HIDDEN), nn.Embedding(512, HIDDEN), nn.Embedding(2, HIDDEN)
        self.norm, self.drop = nn.LayerNorm(HIDDEN, 1e-12), nn.Dropout(DROPOUT)
        self.layers = nn.ModuleList(Layer() for _ in range(LAYERS))
        self.pooler, self.head = nn.Linear(HIDDEN, HIDDEN), nn.Linear(HIDDEN, 2)

    def forward(self, ids):
        x = self.words(ids) + self.positions(torch.arange(ids.shape[1])) + self.types(torch.zeros_like(ids))
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x)
        return self.head(self.drop(torch.tanh(self.pooler(x[:, 0]))))


def build(method):
    model = Bert()
    model.requires_grad_(False)
    model.head.requires_grad_(True)
    for layer in model.layers:
        if method == "lora":
            layer.attention.query, layer.attention.value = Lora(layer.attention.query), Lora(layer.attention.value)
        elif method in ("houlsby", "adamix-houlsby"):
            experts = 4 if method == "adamix-houlsby" else 1
            layer.attention.adapter, layer.adapter = Houlsby(experts), Houlsby(experts)
    return model.train()


def loss_of(model, method, ids, labels):
    first = model(ids)
    loss = F.cross_entropy(first, labels)
    if method == "adamix-houlsby":
        one, two = first.log_softmax(-1), model(ids).log_softmax(-1)
        pair = F.kl_div(one, two.detach(), log_target=True, reduction="batchmean") + F.kl_div(two, one.detach(), log_target=True, reduction="batchmean")
        loss = loss + 0.5 * pair
    return loss


def main():
    method, steps = sys.argv[1], int(sys.argv[2])
    torch.manual_seed(1)
    model = build(method)
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-4)
    ids, labels = torch.randint(0, VOCAB, (BATCH, LENGTH)), torch.randint(0, 2, (BATCH,))
    seconds = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        optimizer.zero_grad()
        loss_of(model, method, ids, labels).backward()
        nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
        optimizer.step()
        seconds.append(time.perf_counter() - start)
    median = sorted(seconds[2:])[len(seconds[2:]) // 2]
    print(json.dumps({"seconds": median, "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


main()
