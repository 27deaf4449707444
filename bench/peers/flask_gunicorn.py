# /// script
# requires-python = ">=3.11"
# dependencies = ["flask==3.1.3", "gunicorn==27.0.1", "scikit-learn==1.9.1", "numpy==2.4.6"]
# ///
"""gunicorn with one worker, scikit-learn's pipeline.

Usage: flask_gunicorn.py MODELS PORT."""

from __future__ import annotations

import sys

import joblib
from flask import Flask, Response, jsonify, request
from gunicorn.app.base import BaseApplication


def application(models: str) -> Flask:
    pipeline = joblib.load(f"{models}/model.joblib")
    app = Flask(__name__)

    @app.post("/predict")
    def predict() -> Response:
        probability = float(pipeline.predict_proba([request.get_json()["text"]])[0, 1])
        return jsonify(label="Relevant" if probability >= 0.5 else "Not Relevant", probability=probability)

    return app


class Server(BaseApplication):
    """Server of `gunicorn --bind … --workers 1`."""

    def __init__(self, models: str, port: str) -> None:
        self.models, self.port = models, port
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", f"127.0.0.1:{self.port}")
        self.cfg.set("workers", 1)

    def load(self) -> Flask:
        return application(self.models)


if __name__ == "__main__":
    Server(*sys.argv[1:]).run()
