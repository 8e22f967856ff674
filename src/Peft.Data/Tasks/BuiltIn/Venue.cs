namespace Peft.Data;

/// <summary>A place, as data and as text.</summary>
internal sealed record Venue(string Title, string Kind, string? Area, string? Price, string? Rating, bool? Garden)
{
    private static readonly string[] s_titles =
    [
        "Old Mill", "Green Gate", "Blue Door", "Red Lion House", "White Horse", "Little Garden", "The Corner", "Golden Star", "The Bridge",
        "Silver Spoon", "The Red House",
        "Black River", "The Long Table", "Rose Hill", "The Open Window", "Stone Court",
    ];

    private static readonly string[] s_kinds = ["restaurant", "pub", "coffee shop", "hotel", "bar"];
    private static readonly string[] s_areas = ["city centre", "riverside", "station", "park", "old town"];
    private static readonly string[] s_prices = ["cheap", "moderate", "expensive"];
    private static readonly string[] s_ratings = ["low", "average", "high"];

    /// <summary>A venue with a name, a kind and at least two more facts.</summary>
    public static Venue Draw(SeededRandom random)
    {
        while (true)
        {
            var venue = new Venue(
                Pick(random, s_titles), Pick(random, s_kinds), Maybe(random, s_areas), Maybe(random, s_prices), Maybe(random, s_ratings),
                random.Next(3) switch { 0 => true, 1 => false, _ => null });
            if (venue.Extras >= 2)
                return venue;
        }
    }

    private int Extras => (Area is null ? 0 : 1) + (Price is null ? 0 : 1) + (Rating is null ? 0 : 1) + (Garden is null ? 0 : 1);

    /// <summary>The record.</summary>
    public override string ToString()
    {
        (string Key, string? Value)[] facts =
        [
            ("name", Title), ("kind", Kind), ("area", Area), ("price", Price), ("rating", Rating),
            ("garden", Garden switch { true => "yes", false => "no", null => null }),
        ];
        return string.Join(", ", facts.Where(fact => fact.Value is not null).Select(fact => $"{fact.Key}[{fact.Value}]"));
    }

    /// <summary>A random text for it: a sentence with name, kind and some facts, and one with the other facts.</summary>
    public string Tell(SeededRandom random)
    {
        var price = Price is null ? "" : Adjective(random, Price) + " ";
        var place = Area is null ? "" : Pick(random, [$" in the {Area} area", $" near the {Area}"]);
        var opening = random.Next(3) switch
        {
            0 => $"{Title} is {Article(price + Kind)} {price}{Kind}{place}",
            1 when Area is not null => $"In the {Area} area there is {Article(price + Kind)} {price}{Kind} called {Title}",
            _ => $"There is {Article(price + Kind)} {price}{Kind} called {Title}{place}",
        };
        return string.Join(". ", ((string[])[opening, Rest(random)]).Where(part => part.Length > 0)) + ".";
    }

    private string Rest(SeededRandom random)
    {
        var rating = Rating is null ? null : Pick(random, [$"has {Article(Rating)} {Rating} rating", $"is rated {Rating}"]);
        var garden = Garden switch
        {
            true => Pick(random, ["has a garden", "offers a garden"]),
            false => Pick(random, ["has no garden", "does not have a garden"]),
            null => null,
        };
        return (rating, garden) switch
        {
            (null, null) => "",
            (null, _) => $"It {garden}",
            (_, null) => $"It {rating}",
            _ => random.Next(2) == 0 ? $"It {rating} and {garden}" : $"It {garden} and {rating}",
        };
    }

    private static string Adjective(SeededRandom random, string price) => price switch
    {
        "moderate" => Pick(random, ["moderately priced", "mid priced"]),
        _ => price,
    };

    private static string Article(string next) => "aeio".Contains(next[0]) ? "an" : "a";

    private static string? Maybe(SeededRandom random, string[] values) => random.Next(4) == 0 ? null : Pick(random, values);

    private static string Pick(SeededRandom random, string[] values) => values[random.Next(values.Length)];
}
