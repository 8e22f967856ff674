#!/usr/bin/env python3
"""GPT-2 small, written plainly in PyTorch: what `Peft.Benchmarks gpt2-step` and `gpt2-decode` are compared with.

Usage: plain_gpt2.py step METHOD STEPS   (METHOD: lora, adamix-lora, full)
       plain_gpt2.py decode BEAMS REPEATS   (1 beam: greedy)
Prints one JSON line: median seconds after a warm-up, and peak resident memory.
"""
import json
import random
import resource
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

HIDDEN, LAYERS, HEADS, VOCAB, POSITIONS = 768, 12, 12, 50257, 1024
LENGTH, BATCH, DROPOUT = 128, 8, 0.1
PROMPT, NEW, PROMPTS = 32, 64, 16


class Lora(nn.Module):
    """Rank 4 on the query's and the value's part of the fused projection; with experts > 1, AdaMix: a random A per pass, B shared."""

    def __init__(self, linear, experts, rank=4, alpha=32):
        super().__init__()
        self.linear, self.scale = linear, alpha / rank
        self.a = nn.ParameterList(nn.Parameter(torch.randn(2 * rank, HIDDEN) * 0.02) for _ in range(experts))
        self.b = nn.Parameter(torch.zeros(2, HIDDEN, rank))

    def forward(self, x):
        low = F.linear(x, self.a[random.randrange(len(self.a))]).chunk(2, -1)
        query, key, value = self.linear(x).chunk(3, -1)
        return torch.cat([query + self.scale * F.linear(low[0], self.b[0]), key, value + self.scale * F.linear(low[1], self.b[1])], -1)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(HIDDEN), nn.LayerNorm(HIDDEN)
        self.c_attn, self.c_proj = nn.Linear(HIDDEN, 3 * HIDDEN), nn.Linear(HIDDEN, HIDDEN)
        self.fc, self.proj, self.drop = nn.Linear(HIDDEN, 4 * HIDDEN), nn.Linear(4 * HIDDEN, HIDDEN), nn.Dropout(DROPOUT)

    def forward(self, x, mask, past=None):
        q, k, v = (part.view(*part.shape[:2], HEADS, -1).transpose(1, 2) for part in self.c_attn(self.ln_1(x)).chunk(3, -1))
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        scores = q @ k.transpose(-1, -2) / (HIDDEN // HEADS) ** 0.5
        if mask is not None:
            scores = scores.masked_fill(mask, float("-inf"))
        mixed = (self.drop(scores.softmax(-1)) @ v).transpose(1, 2).reshape(x.shape)
        x = x + self.drop(self.c_proj(mixed))
        return x + self.drop(self.proj(F.gelu(self.fc(self.ln_2(x))))), (k, v)


class Gpt2(nn.Module):
    def __init__(self):
        super().__init__()
        self.wte, self.wpe, self.drop = nn.Embedding(VOCAB, HIDDEN), nn.Embedding(POSITIONS, HIDDEN), nn.Dropout(DROPOUT)
        self.blocks, self.ln_f = nn.ModuleList(Block() for _ in range(LAYERS)), nn.LayerNorm(HIDDEN)

    def forward(self, ids, past=None):
        seen = past[0][0].shape[2] if past else 0
        length = ids.shape[1]
        mask = torch.ones(length, length, dtype=torch.bool).triu(1) if length > 1 else None
        x, kept = self.drop(self.wte(ids) + self.wpe(torch.arange(seen, seen + length))), []
        for number, block in enumerate(self.blocks):
            x, cache = block(x, mask, past[number] if past else None)
            kept.append(cache)
        return self.ln_f(x), kept

    def logits(self, hidden):
        return F.linear(hidden, self.wte.weight)


def training(method, steps):
    model = Gpt2()
    if method != "full":
        model.requires_grad_(False)
        for block in model.blocks:
            block.c_attn = Lora(block.c_attn, 8 if method == "adamix-lora" else 1)
    model.train()
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=2e-4)
    ids = torch.randint(0, VOCAB, (BATCH, LENGTH))
    labels = ids[:, 1:].reshape(-1)

    def run():
        return model.logits(model(ids)[0][:, :-1]).reshape(-1, VOCAB)

    def step():
        optimizer.zero_grad()
        first = run()
        loss = F.cross_entropy(first, labels)
        if method == "adamix-lora":
            one, two = first.log_softmax(-1), run().log_softmax(-1)
            pair = F.kl_div(one, two.detach(), log_target=True, reduction="batchmean") + F.kl_div(two, one.detach(), log_target=True, reduction="batchmean")
            loss = loss + 0.5 * pair
        loss.backward()
        nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()

    return measured(step, steps)


@torch.no_grad()
def greedy(model, ids):
    hidden, past = model(ids)
    for _ in range(NEW):
        token = model.logits(hidden[:, -1:]).argmax(-1)
        hidden, past = model(token, past)


@torch.no_grad()
def beam_search(model, ids, beams):
    hidden, past = model(ids)
    scores, tokens = model.logits(hidden[:, -1]).log_softmax(-1).topk(beams, -1)
    rows = torch.arange(PROMPTS).repeat_interleave(beams)
    texts = tokens.reshape(-1, 1)
    for _ in range(NEW - 1):
        past = [(k.index_select(0, rows), v.index_select(0, rows)) for k, v in past]
        hidden, past = model(texts[:, -1:], past)
        all_scores = scores.reshape(-1, 1) + model.logits(hidden[:, -1]).log_softmax(-1)
        scores, places = all_scores.view(PROMPTS, -1).topk(beams, -1)
        rows = (places.div(VOCAB, rounding_mode="floor") + torch.arange(PROMPTS)[:, None] * beams).reshape(-1)
        texts = torch.cat([texts.index_select(0, rows), (places % VOCAB).reshape(-1, 1)], 1)


def decoding(beams, repeats):
    model = Gpt2().eval()
    ids = torch.randint(0, VOCAB, (PROMPTS, PROMPT))
    return measured(lambda: greedy(model, ids) if beams == 1 else beam_search(model, ids, beams), repeats, 1)


def measured(work, times, warm=2):
    seconds = []
    for _ in range(times + warm):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds[warm:])[times // 2]


def main():
    what, of, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.manual_seed(1)
    median = training(of, times) if what == "step" else decoding(int(of), times)
    print(json.dumps({"seconds": median, "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


main()
