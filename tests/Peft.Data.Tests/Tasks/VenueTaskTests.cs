namespace Peft.Data.Tests;

public sealed class VenueTaskTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-text-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Parts_share_no_record_and_are_the_same_every_time()
    {
        GenerationSet[] parts = [.. Enum.GetValues<GenerationSplit>().Select(split => GenerationTasks.Load(VenueTask.Name, null, split))];
        Assert.Equal([500, 60, 60], parts.Select(part => part.Records.Count));
        Assert.Equal(620, parts.SelectMany(part => part.Records).Select(record => record.Context).Distinct().Count());
        Assert.Equal(parts[2].Examples, VenueTask.Create(GenerationSplit.Test).Examples);
        Assert.StartsWith("name[Green Gate], kind[restaurant], area[park], ", parts[0].Records[0].Context); // on every machine
    }

    [Theory]
    [InlineData(GenerationSplit.Train, 2)]
    [InlineData(GenerationSplit.Test, 4)]
    public void References_differ_and_tell_every_fact(GenerationSplit split, int references)
    {
        foreach (var record in VenueTask.Create(split).Records)
        {
            Assert.Equal(references, record.References.Distinct().Count());
            var facts = record.Context.Split(", ").Select(fact => fact.TrimEnd(']').Split('['))
                .ToDictionary(pair => pair[0], pair => pair[1]);
            foreach (var text in record.References)
            {
                Assert.All(facts.Where(fact => fact.Key is not ("garden" or "price")), fact => Assert.Contains(fact.Value, text));
                Assert.Equal(facts.ContainsKey("garden"), text.Contains("garden"));
                Assert.Equal(facts.GetValueOrDefault("garden") == "no", text.Contains("no garden") || text.Contains("not have a garden"));
                Assert.Equal(facts.GetValueOrDefault("price") == "moderate", text.Contains("priced"));
                Assert.DoesNotContain("  ", text);
                Assert.EndsWith(".", text);
            }
        }
    }

    [Fact]
    public void Plain_text_is_a_document_on_each_line()
    {
        File.WriteAllText(Path.Combine(_folder, "train.txt"), "first one\n\n  \nsecond\n");
        var set = GenerationTasks.Load("text", _folder, GenerationSplit.Train);
        Assert.Equal(["first one", "second"], set.Examples.Select(example => example.Text));
        File.WriteAllText(Path.Combine(_folder, "dev.txt"), "\n");
        Assert.Contains("dev.txt", Assert.Throws<TaskFileFormatException>(
            () => GenerationTasks.Load("text", _folder, GenerationSplit.Dev)).Message);
    }

    [Fact]
    public void A_task_with_files_needs_a_folder() =>
        Assert.Contains("webnlg", Assert.Throws<TaskFileNotFoundException>(
            () => GenerationTasks.Load("webnlg", null, GenerationSplit.Dev)).Message);

}
