using System.Globalization;

namespace Peft.Data;

/// <summary>Finds the tensors in a pickle's value, by their path: dict keys and list indices joined by dots.</summary>
internal sealed class TorchTensorTable
{
    /// <summary>The name of a single tensor.</summary>
    public const string LoneName = "tensor";

    private const int MaxDepth = 64, MaxValues = 4_000_000;
    private readonly string _path;
    private readonly Dictionary<string, PickleTensor> _tensors = new(StringComparer.Ordinal);
    private int _visited;

    private TorchTensorTable(string path) => _path = path;

    public static Dictionary<string, PickleTensor> Read(string path, object? root)
    {
        var table = new TorchTensorTable(path);
        if (root is PickleTensor lone) table._tensors.Add(LoneName, lone);
        else table.Visit(root, "", 0);
        return table._tensors;
    }

    private void Visit(object? value, string name, int depth)
    {
        // A small pickle can nest a list in itself, or share lists so that they expand without end.
        if (depth > MaxDepth || ++_visited > MaxValues)
        {
            throw new TorchFileFormatException(
                _path,
                $"its values are nested more than {MaxDepth} deep or unfold to more than {MaxValues}. Save the state_dict alone.");
        }

        switch (value)
        {
            case PickleTensor tensor:
                if (!_tensors.TryAdd(name, tensor)) throw new TorchFileFormatException(
                    _path, $"two tensors are named '{Excerpt.Cut(name)}'. Save the state_dict alone.");
                break;
            case PickleDict dict:
                foreach (var (key, item) in dict.Items)
                {
                    if (key is string or long) Visit(item, Join(name, Convert.ToString(key, CultureInfo.InvariantCulture)!), depth + 1);
                }

                break;
            case PickleList list:
                for (var i = 0; i < list.Items.Count; i++) Visit(
                    list.Items[i], Join(name, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
                break;
            case PickleTuple tuple:
                for (var i = 0; i < tuple.Items.Length; i++) Visit(
                    tuple.Items[i], Join(name, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
                break;
        }
    }

    private static string Join(string prefix, string name) => prefix.Length == 0 ? name : $"{prefix}.{name}";
}
