// minilm in ONNX Runtime behind a minimal API, with the route of `peft serve`: one pass for each text, as most such services do.
//   OnnxServer --urls http://127.0.0.1:5098
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Peft.Data;
using Peft.Models;

using var session = new InferenceSession(MiniLmBackbone.OnnxFile());
var tokenizer = TokenizerFiles.Load(MiniLmBackbone.Folder(), []);
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var app = builder.Build();
app.MapPost("/v1/adapters/{name}/predict", (Texts asked) => asked.Values.Select(Pool).ToList());
await app.RunAsync();

// The pooler's output: [384].
float[] Pool(string text)
{
    long[] ids = [.. tokenizer.Encode(text).Ids.Select(id => (long)id)];
    long[] mask = new long[ids.Length], segments = new long[ids.Length];
    Array.Fill(mask, 1);
    using var results = session.Run(
    [
        Input("input_ids", ids), Input("attention_mask", mask), Input("token_type_ids", segments),
    ]);
    return [.. results.Select(result => result.AsTensor<float>()).Single(one => one.Rank == 2)];
}

static NamedOnnxValue Input(string name, long[] values) =>
    NamedOnnxValue.CreateFromTensor(name, new DenseTensor<long>(values, [1, values.Length]));

internal sealed record Texts([property: System.Text.Json.Serialization.JsonPropertyName("texts")] IReadOnlyList<string> Values);
