// Calls the service with the client of openapi-generator: go run ./predict URL.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	client "github.com/GIT_USER_ID/GIT_REPO_ID"
)

func main() {
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: os.Args[1]}}
	api := client.NewAPIClient(configuration).PredictionAPI

	predict := func(text string) (*client.PredictResponse, error) {
		request := *client.NewPredictRequest(text)
		prediction, _, err := api.Predict(context.Background()).PredictRequest(request).Execute()
		return prediction, err
	}

	prediction, err := predict("flood waters are rising")
	if err != nil {
		panic(err)
	}
	fmt.Println(prediction.Relevant)

	_, err = predict(" ")
	var failure *client.GenericOpenAPIError
	if !errors.As(err, &failure) {
		panic(err)
	}
	problem := failure.Model().(client.Problem)
	fmt.Println(problem.Code)
}
