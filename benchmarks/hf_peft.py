#!/usr/bin/env python3
"""A training step with Hugging Face PEFT in bfloat16 on CUDA, for gpu.sh. Methods that PEFT lacks exit with 3.

Usage: hf_peft.py METHOD STEPS SHAPE   (SHAPE: bert-base, roberta-large; batch 32, 128 tokens)
"""
import json
import sys
import time

method, steps, shape = sys.argv[1], int(sys.argv[2]), sys.argv[3]
if method not in ("head-only", "lora"):
    sys.exit(3)

import torch
from transformers import BertConfig, BertForSequenceClassification, RobertaConfig, RobertaForSequenceClassification

torch.manual_seed(1)
if shape == "bert-base":
    model, vocabulary = BertForSequenceClassification(BertConfig()), 30522
else:
    config = RobertaConfig(hidden_size=1024, num_hidden_layers=24, num_attention_heads=16, intermediate_size=4096, max_position_embeddings=514, type_vocab_size=1)
    model, vocabulary = RobertaForSequenceClassification(config), 50265
model = model.to(torch.bfloat16).cuda()
model.requires_grad_(False)
for name, parameter in model.named_parameters():
    if name.startswith("classifier"):
        parameter.requires_grad_(True)
if method == "lora":
    from peft import LoraConfig, get_peft_model

    model = get_peft_model(model, LoraConfig(r=8, lora_alpha=16, target_modules=["query", "value"], modules_to_save=["classifier"]))
model.train()
optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-4)
ids, labels = torch.randint(2, vocabulary, (32, 128)).cuda(), torch.randint(0, 2, (32,)).cuda()
seconds = []
for _ in range(steps + 2):
    torch.cuda.synchronize()
    start = time.perf_counter()
    optimizer.zero_grad()
    model(input_ids=ids, labels=labels).loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in model.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    torch.cuda.synchronize()
    seconds.append(time.perf_counter() - start)
median = sorted(seconds[2:])[steps // 2]
print(json.dumps({"seconds": median, "tokensPerSecond": 32 * 128 / median, "peakBytes": torch.cuda.max_memory_reserved()}))
