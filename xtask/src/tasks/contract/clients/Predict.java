// Calls the service with the client of openapi-generator: java Predict URL.

import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.PredictionApi;
import org.openapitools.client.model.PredictRequest;
import org.openapitools.client.model.Problem;

public class Predict {
  public static void main(String[] arguments) throws Exception {
    PredictionApi api = new PredictionApi(new ApiClient().setBasePath(arguments[0]));
    System.out.println(api.predict(new PredictRequest().text("flood waters are rising")).getRelevant());

    try {
      api.predict(new PredictRequest().text(" "));
    } catch (ApiException failure) {
      System.out.println(Problem.fromJson(failure.getResponseBody()).getCode());
    }
  }
}
