# /// script
# dependencies = ["fastapi==0.165.0", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0", "onnxruntime==1.32.0", "scikit-learn==1.9.1", "numpy==2.4.6"]
# ///
"""FastAPI: uvicorn with one worker.

Usage: fast_api.py MODEL PORT. MODEL is a graph for onnxruntime (`.onnx`) or a pipeline of scikit-learn (`.joblib`)."""

import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Request(BaseModel):
    text: str


class Prediction(BaseModel):
    label: str
    probability: float


def load(model: str) -> Callable[[str], float]:
    """Returns the probability of a text; only the engine of the model takes memory."""
    if model.endswith(".joblib"):
        import joblib

        pipeline = joblib.load(model)
        return lambda text: float(pipeline.predict_proba([text])[0, 1])

    import numpy as np
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    outputs = [session.get_outputs()[1].name]
    return lambda text: float(session.run(outputs, {"text": np.array([[text]], dtype=object)})[0][0, 1])


model, port = sys.argv[1:]
app, score = FastAPI(), load(model)


@app.post("/v1/predict")
async def predict(request: Request) -> Prediction:
    probability = score(request.text)
    return Prediction(label="Relevant" if probability >= 0.5 else "Not Relevant", probability=probability)


uvicorn.run(app, port=int(port), access_log=False, log_level="warning")
