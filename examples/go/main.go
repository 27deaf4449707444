// The model file in Go: go run . MODEL.onnx < TEXTS, one JSON string a line, prints a JSON line for each text.
//
// Needs onnxruntime's shared library; ORT_DYLIB_PATH names it.
package main

import (
	"encoding/json"
	"log"
	"os"
	"strings"

	ort "github.com/yalue/onnxruntime_go"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: predict MODEL.onnx < TEXTS")
	}
	ort.SetSharedLibraryPath(os.Getenv("ORT_DYLIB_PATH"))
	check(ort.InitializeEnvironment())
	session, err := ort.NewDynamicAdvancedSession(
		os.Args[1], []string{"text"}, []string{"probability", "label"}, nil)
	check(err)

	input := json.NewDecoder(os.Stdin)
	for input.More() {
		predict(session, read(input))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Returns the next texts: all texts of a call take the memory of its longest one.
func read(input *json.Decoder) (texts []string) {
	for len(texts) < 16 && input.More() {
		var text string
		check(input.Decode(&text))
		// The binding ends a string at U+0000; no model knows either character.
		texts = append(texts, strings.ReplaceAll(text, "\x00", "\uFFFE"))
	}
	return texts
}

func predict(session *ort.DynamicAdvancedSession, texts []string) {
	input, err := ort.NewStringTensor(ort.NewShape(int64(len(texts))))
	check(err)
	defer input.Destroy()
	check(input.SetContents(texts))

	outputs := []ort.Value{nil, nil}
	check(session.Run([]ort.Value{input}, outputs))
	defer outputs[0].Destroy()
	defer outputs[1].Destroy()

	labels, err := outputs[1].(*ort.StringTensor).GetContents()
	check(err)
	output := json.NewEncoder(os.Stdout)
	for row, probability := range outputs[0].(*ort.Tensor[float32]).GetData() {
		check(output.Encode(map[string]any{"label": labels[row], "probability": probability}))
	}
}
