using System.Text.RegularExpressions;

namespace Peft.Data.Tests;

public sealed class TicketTaskTests
{
    [Fact]
    public void The_same_seed_gives_the_same_tickets()
    {
        var (first, again) = (TicketTask.Create(7), TicketTask.Create(7));
        Assert.Equal((300, 1000), (first.Train.Examples.Count, first.Dev.Examples.Count));
        Assert.Equal(first.Train.Examples, again.Train.Examples);
        Assert.Equal(first.Dev.Examples, again.Dev.Examples);
        Assert.NotEqual(first.Train.Examples, TicketTask.Create(8).Train.Examples);
    }

    [Fact]
    public void No_ticket_occurs_twice()
    {
        var data = TicketTask.Create(1, 2000, 2000);
        var texts = data.Train.Examples.Concat(data.Dev.Examples).Select(example => example.Text).ToList();
        Assert.Equal(4000, texts.Distinct().Count());
        Assert.All(texts, text => Assert.Equal(text.Trim(), text));
        Assert.All(data.Train.Examples, example => Assert.Null(example.Pair));
    }

    [Fact]
    public void Each_of_twelve_intents_has_about_its_share()
    {
        Assert.Equal(12, TicketTask.Definition.Labels!.Distinct().Count());
        Assert.Equal(100, TicketLexicon.Intents.Sum(intent => intent.Share));
        var labels = TicketTask.Create(3, 10_000, 1).Train.Examples.CountBy(example => (int)example.Label).ToDictionary();
        for (var intent = 0; intent < TicketLexicon.Intents.Length; intent++)
            Assert.Equal(TicketLexicon.Intents[intent].Share, labels[intent] / 100.0, 1.5);
    }

    [Fact]
    public void Sentences_that_are_held_out_occur_in_development_tickets_alone()
    {
        var data = TicketTask.Create(5, 3000, 3000);
        for (var intent = 0; intent < TicketLexicon.Intents.Length; intent++)
        {
            var asks = TicketLexicon.Intents[intent].Asks;
            for (var ask = 0; ask < asks.Length; ask++)
            {
                var isHeldOut = ask >= asks.Length - TicketIntent.HeldOutAsks;
                Assert.True(Count(data.Dev, asks[ask], intent) > 0, asks[ask]);
                Assert.True(Count(data.Train, asks[ask], intent) > 0 != isHeldOut, asks[ask]);
            }
        }
    }

    /// <summary>The tickets of an intent that ask for it in a sentence, in whatever synonyms, without a typing error.</summary>
    private static int Count(TaskSplit split, string ask, int intent)
    {
        var words = ask.Split(' ').Select(word => TicketLexicon.Synonyms.TryGetValue(word, out var same)
            ? $"(?:{string.Join('|', same.Select(Regex.Escape))})"
            : Regex.Replace(Regex.Escape(word), @"\\\{(item|days|number)}", "[^.!]+?"));
        var sentence = new Regex($"(?:^|[.!,] ){string.Join(' ', words)}[.!,]", RegexOptions.IgnoreCase);
        return split.Examples.Count(example => (int)example.Label == intent && sentence.IsMatch(example.Text));
    }
}
