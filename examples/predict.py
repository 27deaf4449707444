"""The model file in Python: python3 predict.py MODEL.onnx TEXT... prints a JSON line for each text.

Needs: pip install onnxruntime numpy
"""

import json
import sys

import numpy as np
import onnxruntime

session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
texts = np.array([text.replace("\0", "\ufffe") for text in sys.argv[2:]], dtype=object)
probabilities, labels = session.run(["probability", "label"], {"text": texts})
for probability, label in zip(probabilities, labels):
    print(json.dumps({"label": label, "probability": float(probability)}))
