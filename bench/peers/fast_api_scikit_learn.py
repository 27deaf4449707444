# /// script
# requires-python = ">=3.11"
# dependencies = ["fastapi==0.165.0", "uvicorn==0.54.0", "uvloop==0.23.0", "httptools==0.9.0", "scikit-learn==1.9.1", "numpy==2.4.6"]
# ///
"""uvicorn with one worker, scikit-learn's pipeline in an `async def`.

Usage: fast_api_scikit_learn.py MODELS PORT."""

import sys

import joblib
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Request(BaseModel):
    text: str


class Prediction(BaseModel):
    label: str
    probability: float


def application(models: str) -> FastAPI:
    pipeline = joblib.load(f"{models}/model.joblib")
    app = FastAPI()

    @app.post("/predict")
    async def predict(request: Request) -> Prediction:
        probability = float(pipeline.predict_proba([request.text])[0, 1])
        return Prediction(label="Relevant" if probability >= 0.5 else "Not Relevant", probability=probability)

    return app


if __name__ == "__main__":
    uvicorn.run(application(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="warning")
