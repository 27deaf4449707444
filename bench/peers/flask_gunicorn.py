"""Flask under gunicorn with one worker, and scikit-learn. Usage: flask_gunicorn.py MODELS PORT."""

import sys

import joblib
from flask import Flask, jsonify, request
from gunicorn.app.base import BaseApplication


def application(models):
    pipeline = joblib.load(f"{models}/model.joblib")
    app = Flask(__name__)

    @app.post("/predict")
    def predict():
        probability = float(pipeline.predict_proba([request.get_json()["text"]])[0, 1])
        return jsonify(label="Relevant" if probability >= 0.5 else "Not Relevant", probability=probability)

    return app


class Server(BaseApplication):
    """What `gunicorn --bind … --workers 1` runs."""

    def __init__(self, models, port):
        self.models, self.port = models, port
        super().__init__()

    def load_config(self):
        self.cfg.set("bind", f"127.0.0.1:{self.port}")
        self.cfg.set("workers", 1)

    def load(self):
        return application(self.models)


if __name__ == "__main__":
    Server(*sys.argv[1:]).run()
