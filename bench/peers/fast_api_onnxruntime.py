# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi==0.165.0", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0", "onnxruntime==1.32.0", "numpy==2.4.6"]
# ///
"""uvicorn with one worker, onnxruntime with one thread on skl2onnx's graph.

Usage: fast_api_onnxruntime.py MODELS PORT."""

import sys

import numpy as np
import onnxruntime
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Request(BaseModel):
    text: str


class Prediction(BaseModel):
    label: str
    probability: float


def application(models: str) -> FastAPI:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(f"{models}/model.onnx", options, providers=["CPUExecutionProvider"])
    probabilities = session.get_outputs()[1].name
    app = FastAPI()

    @app.post("/predict")
    async def predict(request: Request) -> Prediction:
        text = np.array([[request.text]], dtype=object)
        probability = float(session.run([probabilities], {"text": text})[0][0, 1])
        return Prediction(label="Relevant" if probability >= 0.5 else "Not Relevant", probability=probability)

    return app


if __name__ == "__main__":
    uvicorn.run(application(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="warning")
