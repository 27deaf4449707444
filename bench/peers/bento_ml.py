# /// script
# requires-python = ">=3.11"
# dependencies = ["bentoml==1.4.39", "scikit-learn==1.9.1", "numpy==2.4.6"]
# ///
"""one worker, scikit-learn's pipeline, no batching, access log and metrics off.

Usage: bento_ml.py MODELS PORT."""

import os
import pathlib
import sys

import bentoml
import joblib

MODELS = "BENCH_MODELS"


@bentoml.service(workers=1, resources={"cpu": "1"}, logging={"access": {"enabled": False}}, metrics={"enabled": False})
class Relevance:
    def __init__(self) -> None:
        self.pipeline = joblib.load(f"{os.environ[MODELS]}/model.joblib")

    @bentoml.api
    async def predict(self, text: str) -> dict:
        probability = float(self.pipeline.predict_proba([text])[0, 1])
        return {"label": "Relevant" if probability >= 0.5 else "Not Relevant", "probability": probability}


if __name__ == "__main__":
    os.environ[MODELS], port = sys.argv[1:]
    # As the documentation starts it; its workers find what is set here.
    folder = str(pathlib.Path(__file__).parent)
    service = f"{pathlib.Path(__file__).stem}:Relevance"
    serve = ["serve", service, "--working-dir", folder, "--host", "127.0.0.1", "--port", port]
    os.execv(sys.executable, [sys.executable, "-m", "bentoml", *serve])
