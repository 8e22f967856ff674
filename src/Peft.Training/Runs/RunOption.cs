using Peft.Data;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace Peft.Training;

/// <summary>An option of a run, declared by a <see cref="RunOptionAttribute"/>.</summary>
internal sealed partial class RunOption
{
    private readonly PropertyInfo _property;
    private readonly RunOptionAttribute _declaration;

    private RunOption(PropertyInfo property, RunOptionAttribute declaration)
    {
        (_property, _declaration) = (property, declaration);
        Name = Capital().Replace(property.Name, "-$0").TrimStart('-').ToLowerInvariant();
    }

    /// <summary>Every option, in the order of declaration.</summary>
    public static IReadOnlyList<RunOption> All { get; } =
    [
        .. typeof(TrainingOptions).GetProperties()
            .Select(property => (Property: property, Declaration: property.GetCustomAttribute<RunOptionAttribute>()))
            .Where(pair => pair.Declaration is not null).Select(pair => new RunOption(pair.Property, pair.Declaration!)),
    ];

    /// <summary>The name on the command line and in run files: <c>learning-rate</c>.</summary>
    public string Name { get; }

    /// <summary>The name of the property and of the configuration key: <c>LearningRate</c>.</summary>
    public string Key => _property.Name;

    /// <summary>The help line, with the default.</summary>
    public string Help => IsFlag ? _declaration.Help : $"{_declaration.Help} [default: {DefaultText}]";

    /// <summary>The help line without the default.</summary>
    public string Description => _declaration.Help;

    /// <summary>The words allowed; empty for any text.</summary>
    public IReadOnlyList<string> Words => _declaration.Words;

    /// <summary>The default as shown in the help line.</summary>
    public string DefaultText => _declaration.DefaultText ?? Text(new TrainingOptions()) ?? "none";

    /// <summary>Whether the option is a flag, given without a value.</summary>
    public bool IsFlag => _property.PropertyType == typeof(bool);

    /// <summary>Whether the value is text, not a number or a flag.</summary>
    public bool IsText => ValueType == typeof(string);

    /// <summary>Whether the value may be a path.</summary>
    public bool IsPath => _declaration.IsPath;

    /// <summary>Whether the value is a whole number.</summary>
    public bool IsWhole => ValueType == typeof(int);

    /// <summary>The placeholder for the value in the help: N, X or a word.</summary>
    public string ValueName => _declaration.ValueName ?? (IsNumber ? ValueType == typeof(int) ? "N" : "X" : Name.ToUpperInvariant());

    /// <summary>Whether a resumed run may change the value.</summary>
    public bool IsFreeOnResume => _declaration.IsFreeOnResume;

    private Type ValueType => Nullable.GetUnderlyingType(_property.PropertyType) ?? _property.PropertyType;

    private bool IsNumber => !IsText && ValueType != typeof(bool);

    /// <summary>Finds an option by name.</summary>
    /// <param name="name">Its name or key; case does not matter.</param>
    /// <returns>The option, or null.</returns>
    public static RunOption? Find(string name) => All.FirstOrDefault(option =>
        option.Name.Equals(name, StringComparison.OrdinalIgnoreCase) || option.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value as text; null if not set.</summary>
    /// <param name="options">The options to read.</param>
    /// <returns>The text, in the format of <see cref="With"/>.</returns>
    public string? Text(TrainingOptions options) => _property.GetValue(options) switch
    {
        null => null,
        bool flag => flag ? "true" : "false",
        0 when _declaration.ZeroWord is { } word => word,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture).ToLowerInvariant(), // 1e-08, as people write it
        var text => (string)text,
    };

    /// <summary>Returns the options with a new value of this one.</summary>
    /// <param name="options">The options.</param>
    /// <param name="text">The value; numbers have a decimal point and no thousands separators.</param>
    /// <returns>New options.</returns>
    /// <exception cref="TrainingOptionsException">The text cannot be parsed as the option's type.</exception>
    public TrainingOptions With(TrainingOptions options, string text)
    {
        var changed = options with { };
        var isBlank = _declaration.MayBeBlank && string.IsNullOrWhiteSpace(text);
        _property.SetValue(changed, Parse(isBlank ? text : text.Trim()));
        return changed;
    }

    /// <summary>Whether a value is a path, and not the name of something built in.</summary>
    /// <param name="value">The value.</param>
    public bool HoldsPath(string value) => IsPath && !_declaration.BuiltIn.Contains(value);

    /// <summary>Returns options with the value of this one that others have.</summary>
    /// <param name="from">The options that have the value.</param>
    /// <param name="to">The options.</param>
    /// <returns>New options.</returns>
    public TrainingOptions Copy(TrainingOptions from, TrainingOptions to)
    {
        var changed = to with { };
        _property.SetValue(changed, _property.GetValue(from));
        return changed;
    }

    /// <summary>Checks the value's range.</summary>
    /// <param name="options">The options.</param>
    /// <exception cref="TrainingOptionsException">The value is not allowed.</exception>
    public void Check(TrainingOptions options)
    {
        var value = _property.GetValue(options);
        if (value is string word && _declaration.Words.Length > 0 && !_declaration.Words.Contains(word))
        {
            throw new TrainingOptionsException(
                Name, $"'{word}' is not one of {string.Join(", ", _declaration.Words)}{NearestName.Hint(word, _declaration.Words)}");
        }

        if (value is int count && count < _declaration.Min && (count != 0 || _declaration.ZeroWord is null))
            throw TooSmall(count);
        if (value is string { Length: 0 })
            throw new TrainingOptionsException(Name, "the value is empty; expected a value, or leave the option out");
        if (value is double number && (!double.IsFinite(number) || number < _declaration.Min || number > _declaration.Max))
        {
            var range = _declaration.Min == double.Epsilon
                ? "above 0 and of at most" : string.Create(CultureInfo.InvariantCulture, $"from {_declaration.Min} to");
            throw new TrainingOptionsException(
                Name, string.Create(CultureInfo.InvariantCulture, $"{number} is not a number {range} {_declaration.Max}"));
        }
    }

    private object? Parse(string text)
    {
        if (IsText)
            return text;
        if (ValueType == typeof(bool))
            return bool.TryParse(text, out var flag) ? flag : throw Wrong(text, "true or false");
        if (_declaration.ZeroWord is { } zero && text.Equals(zero, StringComparison.OrdinalIgnoreCase))
            return 0;
        if (ValueType == typeof(int))
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var count))
                throw Wrong(text, $"{(_declaration.ZeroWord is { } word ? $"{word} or " : "")}a whole number from "
                    + $"{int.MinValue} to {int.MaxValue}");
            return count == 0 && _declaration.ZeroWord is not null ? throw TooSmall(count) : count; // only the word sets it
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? number : throw Wrong(text, "a number with a decimal point, as 0.001 or 1e-3");
    }

    private TrainingOptionsException TooSmall(int count) => new(
        Name, $"{count} is too small; expected {(_declaration.ZeroWord is { } zero ? $"{zero}, or " : "")}a whole number of at least "
            + $"{_declaration.Min}");

    private TrainingOptionsException Wrong(string text, string expected) => new(Name, $"'{Excerpt.Cut(text)}' is not {expected}");

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
