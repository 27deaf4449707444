"""Calls the service with the client of openapi-python-client: python3 typed.py URL."""

import sys

from typed_client import Client
from typed_client.api.prediction import predict
from typed_client.models import PredictRequest

client = Client(base_url=sys.argv[1])
print(predict.sync(client=client, body=PredictRequest(text="flood waters are rising")).relevant)
print(predict.sync(client=client, body=PredictRequest(text=" ")).code.value)
