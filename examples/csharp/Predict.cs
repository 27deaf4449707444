// The model file in C#: dotnet run MODEL.onnx < TEXTS, one JSON string a line, prints a JSON line for each text.

using System.Text;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

using var session = new InferenceSession(args[0]);
using var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
using var output = new StreamWriter(Console.OpenStandardOutput());

// All texts of a call take the memory of its longest one.
foreach (var lines in Lines(input).Chunk(16))
{
    using var text = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, new long[] { lines.Length });
    for (var index = 0; index < lines.Length; index++)
    {
        // Keeps U+0000 and the characters beyond U+FFFF, as UTF-8 with its length.
        text.StringTensorSetElementAt(JsonSerializer.Deserialize<string>(lines[index]).AsSpan(), index);
    }

    var inputs = new Dictionary<string, OrtValue> { ["text"] = text };
    using var options = new RunOptions();
    using var results = session.Run(options, inputs, new[] { "probability", "label" });
    var probabilities = results[0].GetTensorDataAsSpan<float>();
    for (var index = 0; index < lines.Length; index++)
    {
        var label = results[1].GetStringElement(index);
        output.WriteLine(JsonSerializer.Serialize(new { label, probability = probabilities[index] }));
    }
}

static IEnumerable<string> Lines(TextReader reader)
{
    while (reader.ReadLine() is { } line)
    {
        yield return line;
    }
}
