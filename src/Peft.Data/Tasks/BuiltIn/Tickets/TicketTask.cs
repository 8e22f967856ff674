using System.Globalization;
using System.Text;

namespace Peft.Data;

/// <summary>
/// A generated classification task: the intent of a customer's ticket, one of twelve, with 300 tickets for training and 1,000 for
/// development. It demonstrates methods on short, readable texts with few labels, without a download of data.
/// <para>A ticket asks for one thing. Half of the tickets also mention a settled matter of another intent, in that intent's words, before
/// or after the request: the words of a ticket alone do not give its intent, so that a linear classifier of a frozen encoder's output is
/// not enough. A quarter of the sentences that ask for an intent occur in development tickets alone. Labels are unbalanced, words have
/// synonyms, and about one word in thirty has a typing error.</para>
/// </summary>
internal static class TicketTask
{
    /// <summary>The task's name.</summary>
    public const string Name = "tickets";

    private const int TypingErrorOneIn = 30;
    private const int ShortestMistyped = 4;

    /// <summary>The classes and metrics.</summary>
    public static TaskDefinition Definition { get; } = new(
        Name, "Support tickets", [.. TicketLexicon.Intents.Select(intent => intent.Label)], IsPair: false, MetricKind.Accuracy,
        [MetricKind.Accuracy, MetricKind.Matthews]);

    /// <summary>Generates tickets. The same arguments give the same tickets on every machine.</summary>
    /// <param name="seed">Seed of all random choices.</param>
    /// <param name="train">Training tickets.</param>
    /// <param name="dev">Development tickets; none equals a training ticket.</param>
    /// <returns>The task.</returns>
    public static TaskData Create(long seed, int train = 300, int dev = 1000)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return new TaskData(
            Definition,
            new TaskSplit($"generated: tickets, seed {seed}, train", Generate(new SeededRandom(seed, 1), train, isDev: false, seen)),
            new TaskSplit($"generated: tickets, seed {seed}, dev", Generate(new SeededRandom(seed, 2), dev, isDev: true, seen)));
    }

    private static Example[] Generate(SeededRandom random, int count, bool isDev, HashSet<string> seen)
    {
        var examples = new Example[count];
        for (var index = 0; index < count; index++)
        {
            var intent = Intent(random);
            string text;
            do
                text = Ticket(random, intent, isDev);
            while (!seen.Add(text));
            examples[index] = new Example(text, null, intent);
        }

        return examples;
    }

    /// <summary>Samples an intent by its share.</summary>
    private static int Intent(SeededRandom random)
    {
        var place = random.Next(TicketLexicon.Intents.Sum(intent => intent.Share));
        for (var intent = 0; ; intent++)
        {
            place -= TicketLexicon.Intents[intent].Share;
            if (place < 0)
                return intent;
        }
    }

    private static string Ticket(SeededRandom random, int intent, bool isDev)
    {
        var asks = TicketLexicon.Intents[intent].Asks;
        var sentences = new List<string> { asks[random.Next(isDev ? asks.Length : asks.Length - TicketIntent.HeldOutAsks)] };
        if (random.Next(2) == 0)
            sentences.Insert(random.Next(2), Settled(random, intent));
        if (Pick(random, TicketLexicon.Greetings) is { Length: > 0 } greeting)
            sentences.Insert(0, greeting);
        if (Pick(random, TicketLexicon.Closings) is { Length: > 0 } closing)
            sentences.Add(closing);
        return Written(random, sentences);
    }

    /// <summary>A sentence about a settled matter of another intent.</summary>
    private static string Settled(SeededRandom random, int intent)
    {
        var other = (intent + 1 + random.Next(TicketLexicon.Intents.Length - 1)) % TicketLexicon.Intents.Length;
        return $"{Pick(random, TicketLexicon.Links)} {Pick(random, TicketLexicon.Intents[other].Settled)}".TrimStart();
    }

    /// <summary>Fills in things and numbers, replaces words by synonyms, mistypes some, and joins the sentences.</summary>
    private static string Written(SeededRandom random, List<string> sentences)
    {
        var (text, isLower) = (new StringBuilder(), random.Next(3) == 0);
        var item = Pick(random, TicketLexicon.Items);
        foreach (var sentence in sentences)
        {
            var filled = sentence.Replace("{item}", item, StringComparison.Ordinal)
                .Replace("{days}", Pick(random, TicketLexicon.Days), StringComparison.Ordinal)
                .Replace("{number}", (100_000 + random.Next(900_000)).ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
            var words = filled.Split(' ').Select(word => Mistyped(random, Synonym(random, word))).ToList();
            if (!isLower)
                words[0] = char.ToUpperInvariant(words[0][0]) + words[0][1..];
            text.Append(text.Length > 0 ? " " : "").AppendJoin(' ', words).Append(Mark(random, isLower));
        }

        return isLower ? text.ToString().ToLowerInvariant() : text.ToString();
    }

    private static string Synonym(SeededRandom random, string word) =>
        TicketLexicon.Synonyms.TryGetValue(word, out var same) ? Pick(random, same) : word;

    private static string Mistyped(SeededRandom random, string word)
    {
        if (word.Length < ShortestMistyped || random.Next(TypingErrorOneIn) > 0)
            return word;
        var place = 1 + random.Next(word.Length - 2);
        return random.Next(2) == 0
            ? word.Remove(place, 1) : string.Concat(word.AsSpan(0, place), $"{word[place + 1]}{word[place]}", word.AsSpan(place + 2));
    }

    private static string Mark(SeededRandom random, bool isLower) => (random.Next(8), isLower) switch
    {
        (0, _) => "!",
        (1 or 2, true) => ",",
        _ => ".",
    };

    private static string Pick(SeededRandom random, string[] choices) => choices[random.Next(choices.Length)];
}
