using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using Peft.Data;
using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft.Tests.MiniLm;

/// <summary>The converted weights of minilm give what another runtime computes from the package's own file.</summary>
public sealed class OnnxAgreementTests
{
    private const int Sentences = 50;
    private const double Tolerance = 1e-5;

    [Fact]
    public void Fifty_sentences_have_the_states_that_ONNX_Runtime_computes()
    {
        var lines = File.ReadLines(SharedData.Require("data", "glue", "SST-2", "dev.tsv")).Skip(1).Select(line => line.Split('\t')[0]);
        string[] texts = [.. lines.Take(Sentences)];
        var folder = MiniLmBackbone.Folder();
        var tokenizer = TokenizerFiles.Load(folder, []);
        var rows = texts.Select(text => tokenizer.Encode(text)).ToList();
        var length = rows.Max(row => row.Length);
        Assert.True(rows.Min(row => row.Length) < length / 2, "expected sentences of unequal length");
        var (ids, mask) = (new long[rows.Count * length], new long[rows.Count * length]);
        for (var row = 0; row < rows.Count; row++)
        {
            for (var place = 0; place < rows[row].Length; place++)
                (ids[(row * length) + place], mask[(row * length) + place]) = (rows[row].Ids[place], 1);
        }

        var (theirHidden, theirPooled) = Onnx(ids, mask, rows.Count, length);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var model = Pretrained.Encoder(folder);
        model.eval();
        var output = model.Encoder.call(new EncoderInputs(tensor(ids, rows.Count, length), tensor(mask, rows.Count, length)));
        var real = tensor(mask, rows.Count, length, 1).to_type(ScalarType.Float32); // [rows, length, 1]; padding may differ
        var hidden = ((output.LastHidden - tensor(theirHidden, rows.Count, length, 384)) * real).abs().max().ToDouble();
        var pooled = (model.Encoder.Pool(output.LastHidden) - tensor(theirPooled, rows.Count, 384)).abs().max().ToDouble();
        Assert.InRange(hidden, 0, Tolerance);
        Assert.InRange(pooled, 0, Tolerance);
        Assert.True(output.LastHidden.abs().max().ToDouble() > 0.5, "the states are not all near zero");
    }

    /// <summary>Last hidden states [rows, length, 384] and pooler outputs [rows, 384] of the file inside the package.</summary>
    private static (float[] Hidden, float[] Pooled) Onnx(long[] ids, long[] mask, int rows, int length)
    {
        using var session = new InferenceSession(MiniLmBackbone.OnnxFile());
        var given = new Dictionary<string, long[]>
        {
            ["input_ids"] = ids, ["attention_mask"] = mask, ["token_type_ids"] = new long[ids.Length],
        };
        using var results = session.Run(
            [.. given.Select(pair => NamedOnnxValue.CreateFromTensor(pair.Key, new DenseTensor<long>(pair.Value, [rows, length])))]);
        var tensors = results.Select(result => result.AsTensor<float>()).ToList();
        return ([.. tensors.Single(one => one.Rank == 3)], [.. tensors.Single(one => one.Rank == 2)]);
    }
}
