using System.Text.Json;
using Microsoft.Extensions.Hosting;

namespace Peft.Hosting.Tests;

/// <summary>Short runs on the built-in decoder, and one on the encoder, trained once for all tests of a class.</summary>
public sealed class GeneratingRuns : IDisposable
{
    private static readonly string[] s_names = ["venues", "text", "chat", "opinions"];

    private readonly TemporaryFolder _folder = new();

    public GeneratingRuns()
    {
        var brief = TestHost.Run with { Backbone = "builtin-gpt2", Method = "lora", MaxSteps = 6, BackboneDropout = 0, MaxLength = 64 };
        ServedRuns.Tuner.Run(brief with { Task = "venues", Output = Folder("venues") });
        var documents = Directory.CreateDirectory(Folder("documents")).FullName;
        foreach (var part in (string[])["train.txt", "dev.txt"])
            File.WriteAllLines(Path.Combine(documents, part), Enumerable.Repeat("The river is wide and slow .", 40));
        ServedRuns.Tuner.Run(brief with { Task = "text", Data = documents, Output = Folder("text") });
        var conversations = Folder("conversations.jsonl");
        File.WriteAllLines(conversations, Enumerable.Range(0, 40).Select(number => JsonSerializer.Serialize(new
        {
            messages = (object[])[new { role = "user", content = $"Hello {number}" }, new { role = "assistant", content = "Good day ." }],
        })));
        ServedRuns.Tuner.Run(brief with { Task = "completion", Data = conversations, Output = Folder("chat") });
        ServedRuns.Tuner.Run(TestHost.Run with { Method = "lora", MaxSteps = 20, Output = Folder("opinions") });
    }

    public static string[] Contexts { get; } =
    [
        "name : The Vaults | type : pub | food : French", "name : The Mill | area : riverside | near : Café Adriatic",
        "name : Cotto | priceRange : cheap", "name : Giraffe | type : restaurant | area : city centre",
    ];

    public string Folder(string name) => Path.Combine(_folder.Path, name);

    /// <summary>A host that serves the runs.</summary>
    internal Task<IHost> Serve(Action<PredictorOptions>? configure = null) => ServedRuns.Serve(served =>
    {
        foreach (var name in s_names)
            served.Adapters[name] = Folder(name);
        configure?.Invoke(served);
    });

    public void Dispose() => _folder.Dispose();
}
