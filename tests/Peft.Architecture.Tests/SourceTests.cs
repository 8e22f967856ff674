namespace Peft.Architecture.Tests;

public sealed class SourceTests
{
    private const int LongestFile = 400;
    private const int LongestMethod = 45;
    private const int WidestLine = 140;

    [Fact]
    public void No_method_is_named_outside_the_plugins_and_the_composition_root()
    {
        var names = typeof(Methods.Lora).Assembly.GetExportedTypes()
            .Where(type => type.IsDefined(typeof(PeftMethodAttribute), inherit: false))
            .Select(type => type.Name).ToList();
        Assert.NotEmpty(names);
        // Formats of other libraries name their methods, so what reads them names ours beside; a preset is settings of named methods; a
        // field of config.json is called prefix; a task and its option are called prompt.
        string[] exempt =
        [
            "Peft.Cli", "Peft.Models/Adapters", "GenerationPresets.cs", "CommonFields.cs", "PromptTask.cs", "TrainingOptionsException.cs",
        ];
        foreach (var file in Repository.Sources("src", "generators")
            .Where(file => !exempt.Any(name => file.Contains(name, StringComparison.Ordinal))))
        {
            var code = string.Join('\n', File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
            foreach (var name in names)
            {
                Assert.False(code.Contains($"Methods.{name}", StringComparison.Ordinal), $"{file} names the class {name}");
                var quoted = code.Contains($"\"{name}\"", StringComparison.OrdinalIgnoreCase);
                Assert.False(quoted && !file.EndsWith("TrainingOptions.cs", StringComparison.Ordinal), $"{file} names the method {name}");
            }
        }
    }

    [Fact]
    public void Files_are_short_and_methods_classes_very_short()
    {
        foreach (var file in Repository.Sources("src", "generators", "plugins", "tests", "benchmarks"))
            Assert.True(File.ReadLines(file).Count() <= LongestFile, $"{file} is longer than {LongestFile} lines");
        foreach (var file in Repository.Sources("plugins"))
        {
            var code = File.ReadLines(file)
                .Count(line => line.Trim().Length > 0 && !line.TrimStart().StartsWith("//", StringComparison.Ordinal));
            Assert.True(code < LongestMethod, $"{file} has {code} lines of code");
        }
    }

    /// <summary>A name says what a method does (ADR 21).</summary>
    [Fact]
    public void No_static_method_is_called_Of()
    {
        foreach (var file in Repository.Sources("src", "generators", "plugins"))
            Assert.DoesNotContain(File.ReadLines(file), line => line.Contains("static ", StringComparison.Ordinal)
                && (line.Contains(" Of(", StringComparison.Ordinal) || line.Contains(" Of<", StringComparison.Ordinal)));
    }

    /// <summary>Data in raw strings may be wider.</summary>
    [Fact]
    public void Lines_end_by_column_140()
    {
        foreach (var file in Repository.Sources("src", "generators", "plugins", "tests", "benchmarks", "examples", "templates"))
        {
            var isData = false;
            foreach (var line in File.ReadLines(file))
            {
                var quotes = line.Split("\"\"\"").Length - 1;
                Assert.True(line.Length <= WidestLine || isData || quotes > 0, $"{file}: {line}");
                isData ^= quotes % 2 == 1;
            }
        }
    }

    [Fact]
    public void Attributes_are_sealed()
    {
        var attributes = typeof(PeftMethodAttribute).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Attribute)))
            .ToList();
        Assert.NotEmpty(attributes);
        Assert.All(attributes, attribute => Assert.True(attribute.IsSealed, attribute.Name));
    }
}
