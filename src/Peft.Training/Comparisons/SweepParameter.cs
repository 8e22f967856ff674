using System.Globalization;
using Peft.Data;

namespace Peft.Training;

/// <summary>The values that a sweep tries for an option: a list, or a range.</summary>
/// <param name="Name">The option: <c>learning-rate</c>, <c>method</c>, or a method's, such as <c>lora.rank</c>.</param>
public abstract record SweepParameter(string Name)
{
    /// <summary>A list of values.</summary>
    /// <param name="Name">The option.</param>
    /// <param name="Values">The values, as the command line takes them.</param>
    public sealed record List(string Name, IReadOnlyList<string> Values) : SweepParameter(Name)
    {
        internal override string Sample(SeededRandom random) => Values[random.Next(Values.Count)];
    }

    /// <summary>A range of numbers, for random search.</summary>
    /// <param name="Name">The option.</param>
    /// <param name="Min">The lowest value.</param>
    /// <param name="Max">The highest value.</param>
    /// <param name="IsLogarithmic">Whether the logarithm is uniform instead of the value.</param>
    /// <param name="IsWhole">Whether values are whole numbers.</param>
    public sealed record Range(string Name, double Min, double Max, bool IsLogarithmic, bool IsWhole) : SweepParameter(Name)
    {
        private const int Places = 1 << 30;

        internal override string Sample(SeededRandom random)
        {
            var share = random.Next(Places) / (double)Places;
            var value = IsLogarithmic ? Min * Math.Pow(Max / Min, share) : Min + (share * (Max - Min));
            return IsWhole
                ? Math.Clamp(Math.Round(value), Min, Max).ToString(CultureInfo.InvariantCulture)
                : value.ToString("G4", CultureInfo.InvariantCulture).ToLowerInvariant();
        }
    }

    internal abstract string Sample(SeededRandom random);
}
