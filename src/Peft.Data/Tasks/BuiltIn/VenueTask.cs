namespace Peft.Data;

/// <summary>
/// A data-to-text task that needs no download: <c>venues</c>. A record gives a venue's name, kind, area, price, rating and whether it has a
/// garden, with some fields omitted: <c>name[Old Mill], kind[pub], area[riverside], price[cheap]</c>. A text describes it: "Old Mill is a
/// cheap pub near the riverside."
/// <para>Texts are generated from randomly sampled clause patterns, so a record has several references with different order and words. The
/// splits share no record: the seed determines which combinations of values are for development or test.</para>
/// </summary>
internal static class VenueTask
{
    private const int TrainRecords = 500, OtherRecords = 60, TrainReferences = 2, OtherReferences = 4;
    private const long Seed = 1;

    /// <summary>The task's name.</summary>
    public const string Name = "venues";

    /// <summary>Generates a split. It is the same on every machine.</summary>
    /// <param name="split">The split: 500 records with two texts each for training, 60 with four each for development and for test.</param>
    /// <returns>The records.</returns>
    public static GenerationSet Create(GenerationSplit split)
    {
        var venues = Venues();
        var (first, count, references) = split switch
        {
            GenerationSplit.Train => (2 * OtherRecords, TrainRecords, TrainReferences),
            GenerationSplit.Dev => (0, OtherRecords, OtherReferences),
            _ => (OtherRecords, OtherRecords, OtherReferences),
        };
        var random = new SeededRandom(Seed, stream: 2 + (long)split);
        return new GenerationSet(
            $"generated: {Name}, {split.ToString().ToLowerInvariant()}",
            [.. venues[first..(first + count)].Select(venue => Record(venue, references, random))]);
    }

    private static Venue[] Venues()
    {
        var random = new SeededRandom(Seed, stream: 1);
        var venues = new HashSet<Venue>();
        while (venues.Count < TrainRecords + (2 * OtherRecords))
            venues.Add(Venue.Draw(random));
        return [.. venues];
    }

    private static GenerationRecord Record(Venue venue, int references, SeededRandom random)
    {
        var texts = new List<string>();
        while (texts.Count < references)
        {
            var text = venue.Tell(random);
            if (!texts.Contains(text))
                texts.Add(text);
        }

        return new GenerationRecord(venue.ToString(), texts);
    }
}
