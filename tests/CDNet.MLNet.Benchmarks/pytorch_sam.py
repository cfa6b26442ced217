"""The selective attention module in PyTorch, and how its numbers are read from a safetensors file."""
import json
import struct

import torch
from torch import nn
from torch.nn import functional

PART = [(64, 128, 2, 1, False), (128, 128, 3, 1, True), (128, 256, 2, 1, True), (256, 256, 3, 1, True)]
FACE = [(64, 128, 2, 2, False), (128, 128, 2, 1, True), (128, 128, 1, 2, True), (128, 256, 2, 2, True), (256, 256, 2, 1, True), (256, 256, 1, 2, True)]


class Separable(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Block(nn.Module):
    def __init__(self, inputs, outputs, repetitions, stride, starts_with_relu):
        super().__init__()
        self.stride, self.starts_with_relu = stride, starts_with_relu
        self.separables = nn.ModuleList([Separable(inputs if i == 0 else outputs, outputs) for i in range(repetitions)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(outputs) for _ in range(repetitions)])
        if inputs != outputs or stride != 1:
            self.skip = nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False)
            self.skip_norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        y = x
        for i, (separable, norm) in enumerate(zip(self.separables, self.norms)):
            if i > 0 or self.starts_with_relu:
                y = functional.relu(y)
            y = norm(separable(y))
        if self.stride > 1:
            y = functional.max_pool2d(y, 3, self.stride, 1)
        return y + (self.skip_norm(self.skip(x)) if hasattr(self, "skip") else x)


class Backbone(nn.Module):
    def __init__(self, blocks):
        super().__init__()
        self.stem1, self.stem1_norm = nn.Conv2d(3, 32, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(32)
        self.stem2, self.stem2_norm = nn.Conv2d(32, 64, 3, bias=False), nn.BatchNorm2d(64)
        self.blocks = nn.ModuleList([Block(*block) for block in blocks])
        self.tail, self.tail_norms = nn.ModuleList([Separable(256, 256)]), nn.ModuleList([nn.BatchNorm2d(256)])

    def forward(self, x):
        x = functional.relu(self.stem1_norm(self.stem1(x)))
        x = functional.relu(self.stem2_norm(self.stem2(x)))
        for block in self.blocks:
            x = block(x)
        return functional.relu(self.tail_norms[0](self.tail[0](x))).mean([2, 3])


class Sam(nn.Module):
    def __init__(self, precision):
        super().__init__()
        self.precision = precision
        self.face, self.part = Backbone(FACE), Backbone(PART)
        self.projection, self.head = nn.Linear(1920, 200), nn.Linear(200, 1)
        self.register_buffer("amplitude_mean", torch.zeros(640))
        self.register_buffer("amplitude_deviation", torch.ones(640))
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1), persistent=False)

    def forward(self, faces, parts, amplitudes):
        return self.head(self.features(faces, parts, amplitudes)).squeeze(1)

    def features(self, faces, parts, amplitudes):
        count = faces.shape[0]
        with torch.autocast("cpu", torch.bfloat16, enabled=self.precision == "bfloat16"):
            face, part = (self.backbone(network, pixels).float() for network, pixels in ((self.face, faces), (self.part, parts)))
        part = part.reshape(4, count, -1).transpose(0, 1).reshape(count, -1)
        return self.projection(torch.cat([face, part, (amplitudes - self.amplitude_mean) / self.amplitude_deviation], 1))

    def backbone(self, network, pixels):
        return network(((pixels.contiguous(memory_format=torch.channels_last).float() / 255) - self.mean) / self.deviation)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    types = {"F32": torch.float32, "I64": torch.int64}
    body = bytearray(data[8 + length:])
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            start, end = entry["data_offsets"]
            tensors[name] = torch.frombuffer(body[start:end], dtype=types[entry["dtype"]]).reshape(entry["shape"]).clone()
    return tensors
