using Microsoft.Extensions.Configuration;

namespace Peft.Training;

/// <summary>Reads the parts of a configuration section that this package defines. Unknown keys are errors.</summary>
internal static class PeftConfiguration
{
    private const string Training = "Training";
    private const string Methods = "Methods";

    public static string[] Keys { get; } = [Training, Methods];

    /// <exception cref="PeftConfigurationException">A key is unknown or its value not allowed.</exception>
    public static TrainingOptions ReadTraining(IConfigurationSection peft)
    {
        var section = peft.GetSection(Training);
        var options = new TrainingOptions();
        foreach (var child in section.GetChildren())
        {
            if (child.Key.Equals(nameof(TrainingOptions.Settings), StringComparison.OrdinalIgnoreCase))
            {
                options = options with { Settings = child.GetChildren()
                    .ToDictionary(setting => setting.Key, setting => setting.Value ?? "") };
                continue;
            }

            var option = RunOption.Find(child.Key)
                ?? throw PeftConfigurationException.UnknownKey(child, RunOption.All.Select(known => known.Key)
                    .Append(nameof(TrainingOptions.Settings)));
            options = Named(section, () => option.With(options, child.Value ?? ""));
        }

        Named(section, () => { TrainingOptionsCheck.Check(options); return options; });
        return options;
    }

    /// <summary>Creates an error that names the key's full path.</summary>
    private static TrainingOptions Named(IConfigurationSection section, Func<TrainingOptions> read)
    {
        try
        {
            return read();
        }
        catch (TrainingOptionsException problem)
        {
            throw new PeftConfigurationException(
                $"{section.Path}:{RunOption.Find(problem.Option)?.Key ?? problem.Option}", problem.Problem);
        }
    }

    /// <exception cref="PeftConfigurationException">A method or option is unknown, or a value not allowed.</exception>
    public static void ApplyDefaults(MethodRegistry registry, IConfigurationSection peft)
    {
        foreach (var method in peft.GetSection(Methods).GetChildren())
        {
            if (method.Key.Equals(MixtureOptions.Name, StringComparison.OrdinalIgnoreCase))
            {
                throw new PeftConfigurationException(
                    method.Path, $"is a mixture over methods, not a method; set its options in {peft.Path}:{Training}:Settings, as "
                        + $"\"{MixtureOptions.Name}.experts\": 2");
            }

            try
            {
                registry.SetDefaults(method.Key, method.GetChildren().ToDictionary(option => option.Key, option => option.Value ?? ""));
            }
            catch (UnknownNameException problem)
            {
                throw new PeftConfigurationException(method.Path, problem.Message.TrimEnd('.'));
            }
            catch (MethodOptionException problem)
            {
                throw new PeftConfigurationException($"{method.Path}:{problem.Option}", problem.Message.TrimEnd('.'));
            }
        }
    }
}

/// <summary>A configuration key is unknown, or its value is not allowed.</summary>
/// <param name="key">The key's full path ("Peft:Training:Epochs").</param>
/// <param name="problem">What was expected and what was found.</param>
public sealed class PeftConfigurationException(string key, string problem) : Exception($"configuration {key}: {problem}.")
{
    /// <summary>The key's full path.</summary>
    public string Key { get; } = key;

    internal static PeftConfigurationException UnknownKey(IConfigurationSection section, IEnumerable<string> known)
    {
        var names = known.Order(StringComparer.Ordinal).ToList();
        return new(section.Path, $"there is no such key{NearestName.Hint(section.Key, names)} (known there: {string.Join(", ", names)})");
    }
}
