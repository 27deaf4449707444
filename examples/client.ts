// The service in TypeScript, with types made from its specification: node client.js URL [KEY] prints its answers.
//
// Needs: npm install openapi-fetch openapi-typescript typescript @types/node
//        npx openapi-typescript URL/openapi.json --output service.d.ts
//        npx tsc --strict --module nodenext --target es2022 client.ts

import createClient from "openapi-fetch";
import type { components, paths } from "./service.js";

type Problem = components["schemas"]["Problem"];

/** A refusal, as the service tells it. */
class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

const [url = "http://localhost:8080", key] = process.argv.slice(2);
const service = createClient<paths>({ baseUrl: url, headers: key ? { authorization: `Bearer ${key}` } : {} });

/** The answer, or the refusal as an error. */
function answer<T>({ data, error }: { data?: T; error?: Problem }): T {
  if (data === undefined) throw new Refusal(error!);
  return data;
}

/** What a person is told of a refusal. */
function explain({ problem }: Refusal): string {
  switch (problem.code) {
    case "empty_text":
      return `blank: ${problem.detail}`;
    case "overloaded":
      return "busy: try again in a second";
    case "text_too_long":
      return `too long: at most ${problem.limit_bytes} bytes`;
    default:
      return problem.title;
  }
}

async function refusal(text: string): Promise<string> {
  try {
    answer(await service.POST("/v1/predict", { body: { text } }));
    return "none";
  } catch (error) {
    if (error instanceof Refusal) return explain(error);
    throw error;
  }
}

const text = "flood waters are rising, families evacuated";
const asked = await service.POST("/v1/predict", { body: { text, threshold: 0.5 } });
const predicted = answer(asked);
const batch = answer(await service.POST("/v1/predict/batch", { body: { texts: [text, "the game starts at seven"] } }));
const explained = answer(await service.POST("/v1/explain", { body: { text } }));
const model = answer(await service.GET("/v1/model"));
const request_id = asked.response.headers.get("x-request-id") ?? "";
const label = predicted.relevant ? "Relevant" : "Not Relevant";
const kept = answer(await service.POST("/v1/feedback", { body: { request_id, index: 0, label } }));
const problem = await refusal(" ");
console.log(JSON.stringify({ predicted, batch, explained, model, kept, problem }));
