// The service in TypeScript, with types generated from its specification: node client.js URL [KEY] prints its responses.
//
// Needs: npm install openapi-fetch openapi-typescript typescript @types/node
//        npx openapi-typescript URL/openapi.json --output service.d.ts
//        npx tsc --strict --module nodenext --target es2022 client.ts

import createClient from "openapi-fetch";
import type { components, paths } from "./service.js";

type Problem = components["schemas"]["Problem"];

/** A problem that the service reports. */
class ServiceError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const [url = "http://localhost:8080", key] = process.argv.slice(2);
const service = createClient<paths>({ baseUrl: url, headers: key ? { authorization: `Bearer ${key}` } : {} });

/** Returns the response's data, or throws its problem. */
function dataOf<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (data === undefined) throw new ServiceError(error!);
  return data;
}

/** Returns a message for a person. */
function explain({ problem }: ServiceError): string {
  switch (problem.code) {
    case "empty_text":
      return `empty: ${problem.detail}`;
    case "overloaded":
      return "busy: try again in a second";
    case "text_too_long":
      return `too long: at most ${problem.limit_bytes} bytes`;
    default:
      return problem.title;
  }
}

async function rejection(text: string): Promise<string> {
  try {
    dataOf(await service.POST("/v1/predict", { body: { text } }));
    return "none";
  } catch (error) {
    if (error instanceof ServiceError) return explain(error);
    throw error;
  }
}

const text = "flood waters are rising, families evacuated";
const response = await service.POST("/v1/predict", { body: { text, threshold: 0.5 } });
const predicted = dataOf(response);
const batch = dataOf(await service.POST("/v1/predict/batch", { body: { texts: [text, "the game starts at seven"] } }));
const explained = dataOf(await service.POST("/v1/explain", { body: { text } }));
const model = dataOf(await service.GET("/v1/model"));
const request_id = response.response.headers.get("x-request-id") ?? "";
const label = predicted.relevant ? "Relevant" : "Not Relevant";
const kept = dataOf(await service.POST("/v1/feedback", { body: { request_id, index: 0, label } }));
const problem = await rejection(" ");
console.log(JSON.stringify({ predicted, batch, explained, model, kept, problem }));
