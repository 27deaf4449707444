# /// script
# requires-python = ">=3.11"
# dependencies = ["mlserver==1.7.1", "mlserver-sklearn==1.7.1", "scikit-learn==1.9.1", "numpy==2.4.6"]
# ///
"""its scikit-learn runtime in the server's process, over the Open Inference Protocol.

Usage: ml_server.py MODELS PORT. Its settings are written into MODELS."""

from __future__ import annotations

import json
import pathlib
import sys

from mlserver.cli.main import main


def write_settings(models: str, port: int) -> None:
    settings = {
        "host": "127.0.0.1",
        "http_port": port,
        # gRPC cannot be turned off; the system chooses its port.
        "grpc_port": 0,
        "metrics_endpoint": None,
        "parallel_workers": 0,
        "debug": False,
    }
    model = {
        "name": "text",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": f"{models}/model.joblib", "version": "1"},
    }
    for name, content in (("settings", settings), ("model-settings", model)):
        pathlib.Path(models, f"{name}.json").write_text(json.dumps(content), encoding="utf-8")


if __name__ == "__main__":
    write_settings(sys.argv[1], int(sys.argv[2]))
    sys.argv = ["mlserver", "start", sys.argv[1]]
    main()
