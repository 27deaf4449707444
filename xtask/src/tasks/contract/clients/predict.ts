// Calls the service with the client of openapi-generator: node predict.js URL.

import { Configuration, PredictionApi, ProblemFromJSON, ResponseError } from "./index";

const api = new PredictionApi(new Configuration({ basePath: process.argv[2] }));

async function main() {
  const prediction = await api.predict({ predictRequest: { text: "flood waters are rising" } });
  console.log(prediction.relevant);

  try {
    await api.predict({ predictRequest: { text: " " } });
  } catch (error) {
    if (!(error instanceof ResponseError)) throw error;
    console.log(ProblemFromJSON(await error.response.json()).code);
  }
}

void main();
