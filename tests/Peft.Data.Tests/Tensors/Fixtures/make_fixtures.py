"""Writes the small PyTorch files beside it. Any PyTorch from 1.6 on will do:  python3 make_fixtures.py"""
import collections
import pathlib

import torch

FOLDER = pathlib.Path(__file__).parent
TYPES = {"f16": torch.float16, "bf16": torch.bfloat16, "f32": torch.float32, "f64": torch.float64, "u8": torch.uint8, "i8": torch.int8,
         "i16": torch.int16, "i32": torch.int32, "i64": torch.int64}

base = torch.arange(12, dtype=torch.float32)
grid = base.view(3, 4)
content = collections.OrderedDict((name, torch.tensor([0, 1, 2, 100]).to(dtype)) for name, dtype in TYPES.items())
content["bool"] = torch.tensor([True, False, True])
content["complex"] = torch.tensor([1 + 2j], dtype=torch.complex64)
content["grid"] = grid
content["transposed"] = grid.t()
content["slice"] = grid[1:, 1:3]
content["column"] = grid[:, 2]
content["expanded"] = base[3:4].expand(2, 3)
content["scalar"] = torch.tensor(7.5)
content["empty"] = torch.zeros(0, 3)
content["parameter"] = torch.nn.Parameter(torch.tensor([1.5, -2.5]))
content["nested"] = {"list": [torch.tensor([1]), "text", (torch.tensor([2]), None)], 5: torch.tensor([3])}
content["epoch"], content["rate"], content["big"], content["flag"], content["none"] = 3, 1e-3, 2**70, True, None

norm = torch.nn.BatchNorm1d(2).state_dict()
for zipped in (True, False):
    ending = "zip" if zipped else "legacy"
    torch.save(content, FOLDER / f"mixed.{ending}.bin", _use_new_zipfile_serialization=zipped)
    torch.save(norm, FOLDER / f"state_dict.{ending}.bin", _use_new_zipfile_serialization=zipped)
    torch.save(torch.tensor([4.0, 5.0]), FOLDER / f"lone.{ending}.bin", _use_new_zipfile_serialization=zipped)
torch.save(torch.nn.Linear(1, 1), FOLDER / "module.zip.bin")
