using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Peft.Models;

/// <summary>
/// Converts a decoder's parameters to the layout of GPT-2's checkpoints, the inverse of <see cref="Conv1DArchive"/>: query, key and value
/// concatenated in <c>c_attn</c>, matrices [in, out].
/// </summary>
internal static partial class Conv1DLayout
{
    private static readonly string[] s_parts = ["query", "key", "value"];

    public static IEnumerable<StoredTensor> FromParameters(IReadOnlyDictionary<string, Tensor> parameters)
    {
        foreach (var (name, tensor) in parameters)
        {
            if (Part().Match(name) is { Success: true } part)
            {
                if (part.Groups["part"].Value == s_parts[0])
                    yield return Joined(part.Groups["attn"].Value, part.Groups["kind"].Value, parameters);
            }
            else if (Matrix().IsMatch(name))
            {
                yield return new StoredTensor(name, [tensor.shape[1], tensor.shape[0]], () => tensor.t());
            }
            else
            {
                yield return StoredTensor.FromParameter(new(name, tensor));
            }
        }
    }

    private static StoredTensor Joined(string attention, string kind, IReadOnlyDictionary<string, Tensor> parameters)
    {
        Tensor[] parts = [.. s_parts.Select(part => parameters[$"{attention}.{part}.{kind}"])];
        var (rows, columns) = (parts[0].shape[^1], parts.Sum(part => part.shape[0]));
        return new StoredTensor(
            $"{attention}.c_attn.{kind}",
            parts[0].dim() == 2 ? [rows, columns] : [columns],
            () => parts[0].dim() == 2 ? cat(parts, 0).t() : cat(parts, 0));
    }

    [GeneratedRegex(@"^(?<attn>.*\.attn)\.(?<part>query|key|value)\.(?<kind>weight|bias)$")]
    private static partial Regex Part();

    [GeneratedRegex(@"\.(c_proj|c_fc)\.weight$")]
    private static partial Regex Matrix();
}
