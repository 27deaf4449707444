"""The model file in Python: python3 predict.py MODEL.onnx < TEXTS, one JSON string a line.

Prints a JSON line for each text. Needs: pip install -r requirements.txt
"""

import json
import sys
from itertools import islice

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
texts = (json.loads(line) for line in sys.stdin.buffer)

# All texts of a call take the memory of its longest one.
while batch := list(islice(texts, 16)):
    inputs = {"text": np.array(batch, dtype=object)}
    probabilities, labels = session.run(["probability", "label"], inputs)
    for label, probability in zip(labels, probabilities, strict=True):
        print(json.dumps({"label": label, "probability": float(probability)}))
