using System.Collections.Immutable;
using Peft.Data;

namespace Peft.Models;

/// <summary>The known families of backbones: this library's, and those that a program or a plugin adds.</summary>
/// <remarks>Updates are atomic for readers, so families can be added and removed while others are looked up.</remarks>
public sealed class BackboneRegistry
{
    private readonly Lock _changing = new();
    private volatile ImmutableList<KeyValuePair<string, IBackboneFamily>> _byType = []; // in the order in which they were added

    /// <summary>Creates a registry with the families of this library.</summary>
    public BackboneRegistry() => Add(new EncoderBackbones()).Add(new DecoderBackbones());

    /// <summary>The values of <c>model_type</c> that are known.</summary>
    public IReadOnlyList<string> ModelTypes => [.. _byType.Select(pair => pair.Key)];

    /// <summary>Adds a family.</summary>
    /// <param name="family">The family.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateBackboneException">A <c>model_type</c> of it is taken; nothing is added.</exception>
    public BackboneRegistry Add(IBackboneFamily family)
    {
        ArgumentNullException.ThrowIfNull(family);
        lock (_changing)
        {
            if (_byType.Find(pair => family.ModelTypes.Contains(pair.Key)) is { Key: { } taken, Value: var other })
                throw new DuplicateBackboneException(taken, family, other);
            _byType = _byType.AddRange(family.ModelTypes.Select(type => KeyValuePair.Create(type, family)));
        }

        return this;
    }

    /// <summary>Removes a family.</summary>
    /// <param name="family">The family.</param>
    public void Remove(IBackboneFamily family)
    {
        lock (_changing)
            _byType = _byType.RemoveAll(pair => pair.Value == family);
    }

    /// <summary>The family of a checkpoint folder, by the <c>model_type</c> of its config.json.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The family.</returns>
    /// <exception cref="BackboneConfigurationException">The file is missing or no JSON, or no family has its <c>model_type</c>.</exception>
    public IBackboneFamily Find(string folder) => ConfigFile.Read(folder, fields =>
    {
        var type = fields.Text("model_type");
        return _byType.Find(pair => pair.Key == type).Value
            ?? throw fields.Problem("model_type", $"expected one of {string.Join(", ", ModelTypes)}, found "
                + $"'{Excerpt.Cut(type)}'{NearestName.Hint(type, ModelTypes)}");
    });
}

/// <summary>Two families of backbones have one <c>model_type</c>.</summary>
/// <param name="modelType">The value.</param>
/// <param name="family">The family that is refused.</param>
/// <param name="other">The family that has it.</param>
public sealed class DuplicateBackboneException(string modelType, IBackboneFamily family, IBackboneFamily other)
    : Exception($"{family.GetType().FullName}: the model_type '{modelType}' is registered already by {other.GetType().FullName}; choose "
        + "another.");
