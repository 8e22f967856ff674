using System.Globalization;
using Peft.Data;

namespace Peft;

/// <summary>
/// Bounds the parameters that an adapter may create. Parameters that a file describes are compared with the tensors in that file, so that a
/// description with a million experts is refused before memory is allocated.
/// </summary>
internal sealed class TrainableLimit
{
    private const int Slack = 4, SmallTensors = 10_000;
    private const long SmallElements = 4_000_000;
    private readonly long _elements;
    private readonly long _tensors;
    private readonly Func<string, Exception> _problem;
    private long _madeElements;
    private long _madeTensors;

    private TrainableLimit(long elements, long tensors, Func<string, Exception> problem) =>
        (_elements, _tensors, _problem) = (elements, tensors, problem);

    /// <summary>The limit of an adapter's folder: a few times what its file has. Closer differences are reported by tensor.</summary>
    /// <param name="path">The folder or file.</param>
    /// <param name="description">The file that describes the adapter, for messages.</param>
    /// <param name="file">The tensors.</param>
    public static TrainableLimit FromFile(string path, string description, ITensorArchive file)
    {
        var elements = file.Tensors.Values.Sum(info => (decimal)info.ElementCount);
        var text = string.Create(
            CultureInfo.InvariantCulture, $"{elements:N0} elements in {file.Tensors.Count:N0} tensors");
        return new TrainableLimit(
            (long)Math.Min(elements * Slack + SmallElements, long.MaxValue), file.Tensors.Count * (long)Slack + SmallTensors,
            found => new AdapterFolderException(
                path, $"does not fit its own description: {description} asks for {found}, and the file has {text}. Nothing was loaded; get "
                    + "another copy."));
    }

    /// <summary>The limit of a new adapter: what fits into memory.</summary>
    /// <param name="expression">The method.</param>
    /// <param name="elementBytes">The size of an element.</param>
    public static TrainableLimit FromMemory(string expression, int elementBytes)
    {
        var available = AvailableMemory.Bytes;
        return new TrainableLimit(
            available / elementBytes, long.MaxValue,
            found => new NotEnoughMemoryException(
                $"method {expression}", $"the new parameters, {found},", available, "lower the option that sets their size"));
    }

    /// <summary>Counts a parameter before it is created.</summary>
    /// <exception cref="AdapterFolderException">It is more than the file can have.</exception>
    /// <exception cref="NotEnoughMemoryException">It does not fit into memory.</exception>
    public void Add(IReadOnlyList<long> shape)
    {
        var elements = (decimal)_madeElements + shape.Aggregate(1m, (product, size) => product * size);
        _madeTensors++;
        if (elements > _elements || _madeTensors > _tensors)
            throw _problem(string.Create(
                CultureInfo.InvariantCulture, $"at least {elements:N0} elements in {_madeTensors:N0} tensors"));
        _madeElements = (long)elements;
    }
}
