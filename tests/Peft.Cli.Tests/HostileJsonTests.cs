using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Peft.Data;
using Peft.Models;
using Peft.Training;

namespace Peft.Cli.Tests;

/// <summary>Every field of every JSON file of a run and an adapter, replaced by a value of every type.</summary>
public sealed class HostileJsonTests : IDisposable
{
    private static readonly string[] s_short =
        ["--train-limit", "16", "--dev-limit", "8", "--epochs", "1", "--max-steps", "2", "--max-length", "16"];

    /// <summary>Fields of other libraries that have several types, or that are empty in several ways where they are not used.</summary>
    private static readonly string[] s_unions =
        ["target_modules", "modules_to_save", "feedforward_modules", "init_weights", "init_lora_weights", "adapter_residual_before_ln"];

    private readonly string _folder = Directory.CreateTempSubdirectory("peft-json-").FullName;

    private string Run => Path.Combine(_folder, "run");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Fields_of_a_result_are_read_or_refused_in_one_line()
    {
        Train("lora");
        // What a run may lack: settings that were not given, and what older versions did not write.
        string[] free =
        [
            "$.majorityShare", "$.endedBy", "$.settings.data", "$.settings.score", "$.settings.output", "$.settings.learningRate",
        ];
        var (accepted, refused) = Check(Read("result.json"), free, text =>
        {
            File.WriteAllText(Path.Combine(Run, "result.json"), text, new UTF8Encoding(false));
            RunResult.Read(Run);
        });
        Assert.True(refused > accepted && refused > 500, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [InlineData("lora", "lora.rank@query=2")]
    [InlineData("adamix(houlsby)", "adamix.experts=2")]
    public void Fields_of_an_adapter_are_read_or_refused_in_one_line(string method, string setting)
    {
        Train(method, "--set", setting);
        using var host = Composition.Host([]);
        var registry = host.Services.GetRequiredService<MethodRegistry>();
        using var model = Model(host);
        var folder = Path.Combine(Run, "adapter");
        string[] free = ["$.method", "$.mixture", "$.backbone", "$.backboneIdentity", "$.head", "$.labels", "$.checksum"];
        var (accepted, refused) = Check(Read("adapter/adapter.json"), free, text =>
        {
            File.WriteAllText(Path.Combine(folder, "adapter.json"), text, new UTF8Encoding(false));
            AdapterFolder.Load(model, folder, registry);
            model.Detach();
        });
        Assert.Null(model.Adapter); // a refused folder leaves nothing behind
        Assert.True(refused > 300, $"{accepted} accepted, {refused} refused");
    }

    [Fact]
    public void Fields_of_a_snapshot_are_read_or_refused_in_one_line()
    {
        Train("adamix(houlsby)", "--snapshot-every", "1", "--set", "adamix.experts=2");
        using var file = SafetensorsFile.Open(Path.Combine(Run, "snapshots", "step-00000001", "state.safetensors"));
        var (accepted, refused) = Check(
            file.Metadata["peft.run"], ["$.bestMetric"], text => RunState.Parse(text, "step-00000001"));
        Assert.True(refused > 500, $"{accepted} accepted, {refused} refused");
    }

    [Theory]
    [InlineData("hf-peft", "lora", "adapter_config.json")]
    [InlineData("hf-peft", "ia3", "adapter_config.json")]
    [InlineData("hf-peft", "prefix", "adapter_config.json", "--set", "prefix.middle=0")]
    [InlineData("adapterhub", "lora", "adapter_config.json")]
    [InlineData("adapterhub", "houlsby", "adapter_config.json")]
    [InlineData("adapterhub", "houlsby", "head_config.json")]
    public void Fields_of_other_libraries_are_read_or_refused_in_one_line(
        string format, string method, string name, params string[] more)
    {
        Train(method, more);
        var theirs = Path.Combine(_folder, "theirs");
        var converted = Cli.Run("convert", Run, theirs, "--to", format);
        Assert.True(converted.ExitCode == 0, converted.Error);
        using var host = Composition.Host([]);
        using var model = Model(host);
        var registry = host.Services.GetRequiredService<MethodRegistry>();
        var (accepted, refused) = Check(File.ReadAllText(Path.Combine(theirs, name)), null, text =>
        {
            File.WriteAllText(Path.Combine(theirs, name), text, new UTF8Encoding(false));
            AdapterFormats.Describe(theirs, AdapterFormats.Detect(theirs) ?? format);
            AdapterFormats.Load(model, "theirs", theirs, format, registry, new ImportOptions());
            model.Adapters.Remove("theirs");
        });
        Assert.Empty(model.Adapters.Names);
        Assert.True(refused > 40, $"{accepted} accepted, {refused} refused");
    }

    /// <summary>Whether a reader may accept it: a value of the type that was there, or null where a field may be.</summary>
    private static bool IsAllowed(JsonMutation mutation, string[]? free)
    {
        if (mutation.Value == "null")
            return mutation.Before == JsonValueKind.Null || free?.Contains(mutation.Place) != false;
        if (!mutation.IsOtherType)
            return mutation.Value != "[null]" || free is null;
        return free is null
            && (mutation.Value is "\"\"" or "[]" or "{}" || s_unions.Contains(mutation.Place[(mutation.Place.LastIndexOf('.') + 1)..]));
    }

    private static PeftModel Model(IHost host) => BackboneModel.Load(
        host.Services.GetRequiredService<BackboneRegistry>(), BackboneSource.Folder(BackboneSource.BuiltIn), new TaskHead.Classifier(2),
        new BackboneSettings(BlankHead: true));

    private string Read(string name) => File.ReadAllText(Path.Combine(Run, name));

    private void Train(string method, params string[] more)
    {
        var trained = Cli.Run(["train", "--method", method, "--output", Run, .. s_short, .. more]);
        Assert.True(trained.ExitCode == 0, trained.Error);
    }

    /// <summary>Reads each mutation; what is accepted must be of the type that was there, or null where that may be.</summary>
    /// <param name="json">The text.</param>
    /// <param name="free">Places that may be null; null for those of other libraries, which may lack most fields.</param>
    /// <param name="read">Reads a text.</param>
    private static (int Accepted, int Refused) Check(string json, string[]? free, Action<string> read)
    {
        var (accepted, refused) = (0, 0);
        var wrong = new List<string>();
        foreach (var mutation in JsonMutation.All(json, firstItems: true))
        {
            var what = $"{mutation.Place} = {mutation.Value}";
            try
            {
                read(mutation.Text);
                accepted++;
                if (!IsAllowed(mutation, free))
                    wrong.Add($"{what} was accepted");
            }
            catch (Exception problem) when (problem.GetType().Namespace?.StartsWith("Peft", StringComparison.Ordinal) == true)
            {
                refused++;
                if (problem.Message.Contains('\n', StringComparison.Ordinal))
                    wrong.Add($"{what}: several lines");
            }
            catch (Exception problem)
            {
                wrong.Add($"{what}: {problem}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        return (accepted, refused);
    }
}
