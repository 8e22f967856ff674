using System.Runtime.Versioning;

namespace Peft.Packages.Tests;

/// <summary>Programs that use the packed packages load libtorch with no set-up but their packages, also as a user without rights.</summary>
[Collection(PackedPackages.Name)]
[UnsupportedOSPlatform("windows")]
public sealed class ConsumerTests(PackageFeed feed)
{
    private const string Own = "0.1.0";
    private const string ThisPlatform = "<RuntimeIdentifier>linux-x64</RuntimeIdentifier><SelfContained>false</SelfContained>";

    [Fact]
    public async Task A_console_program_makes_a_tensor_first_and_then_a_model()
    {
        SkipUnlessLinux();
        var program = new Consumer(feed, "Tensors");
        await program.Build(
            Packages("Peft", "Peft.Models", "Peft.Methods"),
            new Dictionary<string, string>
            {
                ["Program.cs"] = """
                    Console.WriteLine($"numbers: {TorchSharp.torch.rand(2).numel()}");
                    Model.Attach();
                    """,
                ["Model.cs"] = """
                    using Peft;
                    using Peft.Models;
                    using Peft.Methods;
                    using static TorchSharp.torch;

                    internal static class Model
                    {
                        public static void Attach()
                        {
                            var config = new EncoderConfig
                            {
                                Family = EncoderFamily.Bert, VocabularySize = 30, HiddenSize = 16, Layers = 2, Heads = 2,
                                IntermediateSize = 32,
                            };
                            var model = new PeftModel(new SequenceClassifier(config), SequenceClassifier.HeadName);
                            var registry = new MethodRegistry().Add<Lora>();
                            var settings = new Dictionary<string, string> { ["lora.rank"] = "2" };
                            model.Attach(MethodExpression.Parse(registry, "adamix(lora)", settings), seed: 1);
                            var logits = ((SequenceClassifier)model.Backbone).call(new EncoderInputs(zeros(1, 3, ScalarType.Int64)));
                            Console.WriteLine($"logits: {logits.numel()}");
                        }
                    }
                    """,
            });
        foreach (var output in (string[])[await program.Run(), await program.RunAsOrdinaryUser()])
            Assert.Equal("numbers: 2\nlogits: 2\n", output);
    }

    [Fact]
    public async Task A_host_trains()
    {
        SkipUnlessLinux();
        var host = new Consumer(feed, "Hosted");
        await host.Build(
            Packages("Peft.Training", "Peft.Methods").Append(new("Microsoft.Extensions.Hosting", "10.0.14")).ToDictionary(),
            new Dictionary<string, string>
            {
                ["Program.cs"] = """
                    using Microsoft.Extensions.DependencyInjection;
                    using Microsoft.Extensions.Hosting;
                    using Peft.Methods;
                    using Peft.Training;

                    var builder = Host.CreateApplicationBuilder(args);
                    builder.Services.AddPeft(peft => peft.AddMethod<Lora>());
                    using var host = builder.Build();
                    var options = new TrainingOptions
                    {
                        Backbone = "builtin", Task = "builtin", Method = "lora", TrainLimit = 16, DevLimit = 8, Epochs = 1,
                        MaxLength = 24, BatchSize = 8, Threads = 1,
                    };
                    var result = host.Services.GetRequiredService<FineTuner>().Run(options, new Quiet(), CancellationToken.None);
                    Console.WriteLine($"steps: {result.Steps}");

                    internal sealed class Quiet : ITrainingObserver
                    {
                        public void Started(RunSummary summary)
                        {
                        }

                        public void Stepped(TrainingProgress progress)
                        {
                        }

                        public void Evaluated(EpochResult epoch)
                        {
                        }
                    }
                    """,
            },
            ThisPlatform);
        Assert.Contains("steps: 2\n", await host.RunAsOrdinaryUser());
    }

    [Fact]
    public async Task An_authors_tests_run_the_battery()
    {
        SkipUnlessLinux();
        var guide = Path.Combine(Shell.Root, "tests", "Peft.Conformance.Tests", "Guide");
        var tests = new Consumer(feed, "AuthorTests");
        await tests.Build(
            Packages("Peft.Abstractions", "Peft.Conformance").Append(new("xunit.v3", "4.0.2")).ToDictionary(),
            ((string[])["RowScale.cs", "RowScaleTests.cs"]).ToDictionary(file => file, file => File.ReadAllText(Path.Combine(guide, file)))
                .Append(new("Usings.cs", "global using Xunit;")).ToDictionary(),
            ThisPlatform);
        Assert.Contains("Total: 1, Errors: 0, Failed: 0, Skipped: 0", await tests.RunAsOrdinaryUser("-noLogo", "-noColor"));
    }

    private static Dictionary<string, string> Packages(params IEnumerable<string> own) =>
        own.ToDictionary(name => name, _ => Own).Append(new("libtorch-cpu-linux-x64", LibTorchInfo.ExpectedVersion)).ToDictionary();

    private static void SkipUnlessLinux() =>
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the packages of natives named here are for Linux");
}
