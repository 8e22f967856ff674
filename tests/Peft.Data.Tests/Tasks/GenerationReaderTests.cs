namespace Peft.Data.Tests;

public sealed class GenerationReaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-generation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void E2e_lines_and_csv_give_contexts_and_references()
    {
        var lines = E2eReader.Read(Write("a.txt", "name : X | food : Thai||X is Thai . \nname : X | food : Thai||Thai at X .\nname : "
            + "Y||Y || Z\n"));
        Assert.Equal(3, lines.Records.Count);
        var unique = lines.Unique();
        Assert.Equal(["X is Thai .", "Thai at X ."], unique[0].References);
        Assert.Equal("Y || Z", unique[1].References[0]);
        var csv = E2eReader.Read(Write("a.csv", "mr,ref\n\"name[X], food[Thai]\",\"X, \"\"Thai\"\".\"\n"));
        Assert.Equal(("name[X], food[Thai]", "X, \"Thai\"."), csv.Examples[0]);
    }

    [Theory]
    [InlineData("a||b\nno separator\n", "line 2")]
    [InlineData("a||\n", "line 1")]
    [InlineData(" ||a text\n", "line 1")]
    [InlineData("", "is empty")]
    public void A_malformed_e2e_line_is_named(string text, string named)
    {
        var file = Write("bad.txt", text);
        var problem = Assert.Throws<TaskFileFormatException>(() => E2eReader.Read(file));
        Assert.Contains(file, problem.Message);
        Assert.Contains(named, problem.Message);
    }

    [Fact]
    public void A_quotation_mark_out_of_place_is_named()
    {
        var message = Assert.Throws<TaskFileFormatException>(() => E2eReader.Read(Write("bad.csv", "mr,ref\nname[X],a\"b\n"))).Message;
        Assert.Contains("line 2, column 2: a quotation mark is out of place", message);
    }

    [Theory]
    [InlineData("mr,ref\n\"name[X]\"s,a\n", "line 2, column 1: a quotation mark is out of place")]
    [InlineData("mr,ref\nname[X],\"a\nb\n", "line 2, column 2: the quotation mark that opens here is not closed")]
    [InlineData("mr,ref\n\"name\n[X]\",a\nname[Y]\n", "line 4: expected a meaning representation and a text, found 'name[Y]'")]
    [InlineData("mr,ref\na,b,c\n", "line 2: expected a meaning representation and a text, found 'a,b,c'")]
    [InlineData("mr;ref\na;b\n", "line 1: expected the columns mr and ref, found 'mr;ref'")]
    [InlineData("", "line 1: expected the columns mr and ref, found ''")]
    public void A_csv_of_another_form_is_named_with_its_line(string text, string part) =>
        Assert.Contains(part, Assert.Throws<TaskFileFormatException>(() => E2eReader.Read(Write("bad.csv", text))).Message);

    [Fact]
    public void WebNlg_takes_good_texts_and_knows_seen_categories()
    {
        const string Entry = """{"$1":{"category":"$2","lexicalisations":[{"comment":"good","lex":"Good."},{"comment":"bad","lex":"Bad."}],"modifiedtripleset":[{"subject":"A","property":"isIn","object":"B"},{"subject":"A","property":"has","object":"C"}]}}""";
        var file = Write("w.json", "{\"entries\":[" + Entry.Replace("$1", "1").Replace("$2", "Airport") + "," + Entry.Replace("$1", "2")
            .Replace("$2", "Athlete") + "]}");
        var records = WebNlgReader.Read(file).Records;
        Assert.Equal("A : isIn : B | A : has : C", records[0].Context);
        Assert.Equal(["Good."], records[0].References);
        Assert.Equal([true, false], records.Select(record => record.IsSeen));
    }

    [Fact]
    public void Dart_lowers_relations_and_keeps_every_annotation()
    {
        var file = Write("d.json", """[{"tripleset":[["Mars Hill","JOINED","1973"]],"annotations":[{"text":"One."},{"text":"Two."}]},{"tripleset":[["a","B","c"]],"annotations":[]}]""");
        var record = Assert.Single(DartReader.Read(file).Records);
        Assert.Equal("Mars Hill : joined : 1973", record.Context);
        Assert.Equal(["One.", "Two."], record.References);
    }

    [Theory]
    [InlineData("[\n{,}]", "line 2")]
    [InlineData("""[{"tripleset":[["a","b"]],"annotations":[{"text":"x"}]}]""", "record 1")]
    [InlineData("""[{"tripleset":[],"annotations":[{"text":"x"}]}]""", "expected triples in 'tripleset', found an empty list")]
    [InlineData("{}", "expected a list")]
    [InlineData("""[{"tripleset":[["a","B","\ud800"]],"annotations":[]}]""", "a text is not Unicode")]
    public void A_malformed_record_is_named(string text, string named)
    {
        var file = Write("bad.json", text);
        var problem = Assert.Throws<TaskFileFormatException>(() => DartReader.Read(file));
        Assert.Contains(file, problem.Message);
        Assert.Contains(named, problem.Message);
    }

    [Fact]
    public void A_folder_without_the_part_says_which_file_was_expected()
    {
        var problem = Assert.Throws<TaskFileNotFoundException>(() => GenerationTasks.Load("e2e", _folder, GenerationSplit.Dev));
        Assert.Contains("valid.txt or devset.csv", problem.Message);
        Assert.Contains("webnlg", Assert.Throws<UnknownTaskException>(
            () => GenerationTasks.Load("e3e", _folder, GenerationSplit.Dev)).Message);
    }

    [Fact]
    public void A_choice_is_the_same_every_time_and_leaves_nothing_out_when_there_is_room()
    {
        var set = new GenerationSet("f", [.. Enumerable.Range(0, 20).Select(i => new GenerationRecord($"c{i}", [$"t{i}"]))]);
        Assert.Equal(set.Choose(5, 1), set.Choose(5, 1));
        Assert.NotEqual(set.Choose(5, 1), set.Choose(5, 2));
        Assert.Equal(5, set.Choose(5, 1).Distinct().Count());
        Assert.Equal(set.Examples, set.Choose(0, 1));
        Assert.Equal(set.Examples, set.Choose(20, 1));
    }

    [Theory]
    [InlineData("e2e", "e2e", GenerationSplit.Test, 4693, 630)]
    [InlineData("e2e", "e2e/raw", GenerationSplit.Test, 4693, 630)]
    [InlineData("webnlg", "webnlg_challenge_2017", GenerationSplit.Dev, 2258, 871)] // of 872 entries one has no text marked good
    [InlineData("dart", "dart", GenerationSplit.Dev, 6980, 2768)]
    public void The_real_files_have_the_published_numbers(string task, string folder, GenerationSplit split, int references, int contexts)
    {
        var set = GenerationTasks.Load(task, SharedData.Require("data", "nlg", folder), split);
        Assert.Equal(references, set.Examples.Count);
        Assert.Equal(contexts, task == "e2e" ? set.Unique().Count : set.Records.Count);
    }

    private string Write(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text);
        return file;
    }
}
