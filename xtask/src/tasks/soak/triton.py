"""Sends inferences over gRPC until standard input ends, and prints their number.

Usage: triton.py ADDRESS KEY EXPECTED, where EXPECTED has the texts and, by version, their probabilities.
"""

import json
import select
import sys

import numpy as np
from tritonclient.grpc import InferenceServerClient, InferInput

PAUSE_SECONDS = 0.005
TIMEOUT_SECONDS = 10
TOLERANCE = 1e-6


def main(address, key, expected):
    expected = json.loads(expected)
    texts = np.array([text.encode() for text in expected["texts"]], dtype=np.object_)
    tensor = InferInput("text", [len(texts)], "BYTES")
    tensor.set_data_from_numpy(texts)
    headers = {"authorization": f"Bearer {key}"}

    number = 0
    with InferenceServerClient(address) as client:
        while not select.select([sys.stdin], [], [], PAUSE_SECONDS)[0]:
            result = client.infer("relevance", [tensor], headers=headers, client_timeout=TIMEOUT_SECONDS)
            version = result.get_response().model_version
            got, want = result.as_numpy("probability"), expected["versions"][int(version) - 1]
            if got.shape != texts.shape or np.abs(got - want).max() > TOLERANCE:
                raise SystemExit(f"version {version} predicts {got} instead of {want}")
            number += 1
    print(number)


main(*sys.argv[1:])
