using static TorchSharp.torch;

namespace Peft;

/// <summary>
/// Splits the rows of a batch among several models of one backbone: a point runs each range of rows with the methods of that model's
/// point. The layers themselves run once, on all rows.
/// </summary>
/// <param name="parts">The ranges, in the order of the rows, without gaps.</param>
internal sealed class RowSplit(IReadOnlyList<RowSplit.Part> parts)
{
    /// <summary>The ranges.</summary>
    public IReadOnlyList<Part> Parts => parts;

    /// <summary>Runs each range and concatenates the results.</summary>
    /// <typeparam name="TPoint">The kind of the points.</typeparam>
    /// <param name="whole">The tensor that the methods change, [rows, ..., n].</param>
    /// <param name="run">Computes the changed value of a range [its rows, ..., n] with the range's point; returns its input if nothing
    /// changes.</param>
    /// <returns>The changed value [rows, ..., n]; <paramref name="whole"/> itself if no range changes it.</returns>
    public Tensor Join<TPoint>(Tensor whole, Func<TPoint, Part, Tensor, Tensor> run)
        where TPoint : InjectionPoint
    {
        var results = new Tensor[parts.Count];
        var changed = false;
        for (var index = 0; index < results.Length; index++)
        {
            var part = parts[index];
            using var pass = ForwardPass.OnRange(part.First, part.Count);
            var rows = part.Of(whole);
            results[index] = run((TPoint)part.Point, part, rows);
            changed |= !ReferenceEquals(results[index], rows);
        }

        return changed ? cat(results, 0) : whole;
    }

    /// <summary>A range of rows.</summary>
    /// <param name="Point">The point of the rows' model.</param>
    /// <param name="First">The first row.</param>
    /// <param name="Count">The number of rows.</param>
    internal readonly record struct Part(InjectionPoint Point, long First, long Count)
    {
        /// <summary>The range of a tensor of all rows, without a copy.</summary>
        public Tensor Of(Tensor whole) => whole.narrow(0, First, Count);
    }
}
