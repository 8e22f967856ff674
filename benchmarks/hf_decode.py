#!/usr/bin/env python3
"""Decoding with Hugging Face transformers on CUDA, for gpu.sh: GPT-2 small, random weights, 16 prompts of 32 tokens, 64 new tokens each.

Usage: hf_decode.py BEAMS REPEATS DTYPE   (DTYPE: float32, bfloat16)
"""
import json
import sys
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel

beams, repeats, dtype = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
torch.manual_seed(1)
model = GPT2LMHeadModel(GPT2Config()).to(getattr(torch, dtype)).cuda().eval()
prompts = torch.randint(0, 50257, (16, 32)).cuda()
settings = dict(max_new_tokens=64, min_new_tokens=64, num_beams=beams, do_sample=False, pad_token_id=50256, eos_token_id=None)
seconds = []
for _ in range(repeats + 1):
    torch.cuda.synchronize()
    start = time.perf_counter()
    model.generate(prompts, attention_mask=torch.ones_like(prompts), **settings)
    torch.cuda.synchronize()
    seconds.append(time.perf_counter() - start)
median = sorted(seconds[1:])[repeats // 2]
print(json.dumps({"seconds": median, "tokensPerSecond": 16 * 64 / median, "peakBytes": torch.cuda.max_memory_reserved()}))
