"""Scores pictures as a PyTorch and OpenCV script would, one after the other: python3 pytorch_score.py WEIGHTS DETECTOR < LIST.

WEIGHTS: a safetensors file with the network and both centres. DETECTOR: the face detector as ONNX. LIST: a picture's path a line, the first one twice, to warm up.
Prints one line of JSON: seconds for all but the first, and the scores, null without a face.
"""
import json
import os
import sys
import time

import cv2
import numpy as np
import torch

from pytorch_sam import Sam, read

WINDOW, FACE, PART, BANDS = 128, 299, 64, 128
LEAST_CONFIDENCE, LEAST_OVERLAP, FINEST = 0.75, 0.3, 720
MEAN, DEVIATION = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])


def offsets(length, side):
    free = length - side
    if free == 0:
        return [0]
    half = max(1, side // 2)
    count = max(2 if free < side // 4 else 3, (free + half - 1) // half + 1)
    return [free * i // (count - 1) for i in range(count)]


def windows(height, width):
    """Half-overlapping squares, the largest first: left, top, side, whether it is of the largest."""
    side = largest = min(height, width)
    while True:
        yield from ((left, top, side, side == largest) for top in offsets(height, side) for left in offsets(width, side))
        if side <= FINEST:
            return
        side = side // 2 if side >= 2 * FINEST else FINEST


def overlap(boxes, box):
    width = np.minimum(boxes[:, 2], box[2]) - np.maximum(boxes[:, 0], box[0])
    height = np.minimum(boxes[:, 3], box[3]) - np.maximum(boxes[:, 1], box[1])
    shared = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = lambda b: (b[..., 2] - b[..., 0]) * (b[..., 3] - b[..., 1])  # noqa: E731
    return shared / (area(boxes) + area(box) - shared)


def most_confident_face(detector, image):
    """Left, top, right, bottom and the key points of the face with the highest mean confidence; None without one."""
    height, width = image.shape[:2]
    found = []
    for left, top, side, is_largest in windows(height, width):
        window = cv2.resize(image[top:top + side, left:left + side], (WINDOW, WINDOW), interpolation=cv2.INTER_AREA)
        detector.setInput(window[None].astype(np.float32))
        for row in detector.forward().reshape(-1, 17):
            if row[0] < LEAST_CONFIDENCE:
                continue
            x, y, w, h = row[1:5] * side
            box = np.array([left + x - w / 2, top + y - h / 2, left + x + w / 2, top + y + h / 2])
            is_whole = ((left == 0 or box[0] >= left) and (top == 0 or box[1] >= top)
                        and (left + side == width or box[2] <= left + side) and (top + side == height or box[3] <= top + side))
            if is_largest or is_whole:
                found.append(np.concatenate([row[:1], box, row[5:] * side + np.tile([left, top], 6)]))
    if not found:
        return None
    found = np.array(sorted(found, key=lambda row: -row[0]))
    faces = []
    while len(found) > 0:
        same = overlap(found[:, 1:5], found[0, 1:5]) > LEAST_OVERLAP
        faces.append((found[same, 0].mean(), np.average(found[same, 1:], axis=0, weights=found[same, 0])))
        found = found[~same]
    return max(faces, key=lambda face: face[0])[1]


def taps(start, side, size, length):
    """Bilinear, wider where the picture shrinks, which OpenCV does not have: a matrix from the pixels between two borders, and these. The border repeats beyond the picture."""
    scale = side / size
    radius = max(1, scale)
    centres = start + (np.arange(size) + 0.5) * scale
    pixels = np.arange(int(np.floor(centres[0] - radius)), int(np.ceil(centres[-1] + radius)) + 1)
    weights = np.clip(1 - np.abs(pixels[None] + 0.5 - centres[:, None]) / radius, 0, None)
    weights /= weights.sum(1, keepdims=True)
    inside = np.clip(pixels, 0, length - 1)
    low, high = inside[0], inside[-1] + 1
    matrix = np.zeros((size, high - low), np.float32)
    np.add.at(matrix, (slice(None), inside - low), weights)
    return matrix, low, high


def cut(image, x, y, side, size):
    """A square about a point, scaled."""
    height, width = image.shape[:2]
    down, top, bottom = taps(y - side / 2, side, size, height)
    across, left, right = taps(x - side / 2, side, size, width)
    planes = np.ascontiguousarray(image[top:bottom, left:right].transpose(2, 0, 1), np.float32)
    return np.clip(np.rint(down @ planes @ across.T), 0, 255).astype(np.uint8).transpose(1, 2, 0)


def crops(image, face):
    """The face and its eyes, nose and mouth."""
    height, width = image.shape[:2]
    left, top, right, bottom = face[:4]
    tall = bottom - top
    left, right = np.clip([left - 0.2 * tall, right + 0.2 * tall], 0, width)
    top, bottom = np.clip([top - 0.4 * tall, bottom + 0.2 * tall], 0, height)
    parts = [cut(image, x, y, min(right - left, bottom - top) / 3, PART) for x, y in face[4:12].reshape(4, 2)]
    return cut(image, (left + right) / 2, (top + bottom) / 2, max(right - left, bottom - top), FACE), parts


class Amplitudes:
    """log(1 + mean |DCT-II|) over 128 diagonal bands."""

    def __init__(self, side):
        k = np.arange(side)
        self.matrix = np.sqrt(2 / side) * np.cos(np.pi * (2 * k[None] + 1) * k[:, None] / (2 * side))
        self.matrix[0] /= np.sqrt(2)
        self.bands = ((k[:, None] + k[None]) * (BANDS // 2) // side).ravel()
        self.sizes = np.maximum(1, np.bincount(self.bands, minlength=BANDS))

    def __call__(self, crop):
        gray = ((crop / 255 - MEAN) / DEVIATION).mean(2)
        coefficients = np.abs(self.matrix @ gray @ self.matrix.T)
        return np.log1p(np.bincount(self.bands, coefficients.ravel(), BANDS) / self.sizes)


def main():
    # Debian's build takes one thread where nobody says otherwise.
    torch.set_num_threads(os.cpu_count())
    tensors = read(sys.argv[1])
    fake, real = tensors.pop("centre.fake"), tensors.pop("centre.real")
    network = Sam("float32")
    missing, unexpected = network.load_state_dict(tensors, strict=False)
    if missing or unexpected:
        sys.exit(f"The weights do not fit: missing {missing}, unexpected {unexpected}")
    network = network.to(memory_format=torch.channels_last).eval()
    detector = cv2.dnn.readNetFromONNX(sys.argv[2])
    of_face, of_part = Amplitudes(FACE), Amplitudes(PART)
    scores, start = [], 0
    planes = lambda pictures: torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2))  # noqa: E731
    with torch.inference_mode():
        for i, path in enumerate(sys.stdin.read().splitlines()):
            if i == 1:
                start = time.perf_counter()
            image = cv2.cvtColor(cv2.imread(path), cv2.COLOR_BGR2RGB)
            found = most_confident_face(detector, image)
            if found is None:
                scores.append(None)
                continue
            face, parts = crops(image, found)
            amplitudes = torch.from_numpy(np.concatenate([of_face(face)] + [of_part(part) for part in parts])[None].astype(np.float32))
            features = network.features(planes([face]), planes(parts), amplitudes)[0]
            to_fake, to_real = float((features - fake).square().sum()), float((features - real).square().sum())
            scores.append(to_real - to_fake)
        seconds = time.perf_counter() - start
    print(json.dumps({"engine": f"PyTorch {torch.__version__} and OpenCV {cv2.__version__}", "seconds": seconds, "scores": scores[1:]}))


main()
