"""Calls the service with the client of openapi-generator: python3 predict.py URL."""

import sys

import openapi_client as client

configuration = client.Configuration(host=sys.argv[1])
api = client.PredictionApi(client.ApiClient(configuration))
print(api.predict(client.PredictRequest(text="flood waters are rising")).relevant)

try:
    api.predict(client.PredictRequest(text="a" * 200_000))
except client.ApiException as error:
    print(client.Problem.from_json(error.body).code.value)
