"""FastAPI and scikit-learn, which predicts on the event loop. Usage: fast_api_scikit_learn.py MODELS PORT."""

import sys

import joblib
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel


class Request(BaseModel):
    text: str


class Verdict(BaseModel):
    label: str
    probability: float


def application(models):
    pipeline = joblib.load(f"{models}/model.joblib")
    app = FastAPI()

    @app.post("/predict")
    async def predict(request: Request) -> Verdict:
        probability = float(pipeline.predict_proba([request.text])[0, 1])
        return Verdict(label="Relevant" if probability >= 0.5 else "Not Relevant", probability=probability)

    return app


if __name__ == "__main__":
    uvicorn.run(application(sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level="warning")
