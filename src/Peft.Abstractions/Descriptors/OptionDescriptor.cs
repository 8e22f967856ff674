using System.Globalization;

namespace Peft;

/// <summary>An option of a method.</summary>
/// <param name="Name">The name users write: the property's name with a small first letter.</param>
/// <param name="Type">int, double, bool, string or an enum.</param>
/// <param name="Default">The default value, of that type.</param>
/// <param name="Min">Smallest value allowed, for numbers.</param>
/// <param name="Max">Largest value allowed, for numbers.</param>
/// <param name="Description">One line, or null.</param>
public sealed record OptionDescriptor(string Name, Type Type, object Default, double Min, double Max, string? Description)
{
    /// <summary>Parses a value as users write it.</summary>
    /// <param name="method">The method's name, for the message.</param>
    /// <param name="text">The text.</param>
    /// <returns>The value, of <see cref="Type"/>.</returns>
    /// <exception cref="MethodOptionException">The text cannot be parsed as that type, or the value is out of range.</exception>
    public object Parse(string method, string text)
    {
        object? value = null;
        if (Type == typeof(int))
            value = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var whole) ? whole : null;
        else if (Type == typeof(double))
            value = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
        else if (Type == typeof(bool))
            value = bool.TryParse(text, out var flag) ? flag : null;
        else if (Type == typeof(string))
            value = text;
        else if (Type.IsEnum)
            value = ParseEnum(text);
        return Check(method, value ?? throw new MethodOptionException(method, Name, $"'{text}' is not {Expected}"));
    }

    /// <summary>Checks a value's type and range.</summary>
    /// <param name="method">The method's name, for the message.</param>
    /// <param name="value">The value.</param>
    /// <returns>The value.</returns>
    /// <exception cref="MethodOptionException">Wrong type, not finite, or out of range.</exception>
    public object Check(string method, object? value)
    {
        if (value?.GetType() != Type) // a value from a file may be null
            throw new MethodOptionException(method, Name, $"'{value ?? "null"}' is not {Expected}");
        if (value is int or double)
        {
            var number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            if (!double.IsFinite(number) || number < Min || number > Max)
                throw new MethodOptionException(method, Name, string.Create(CultureInfo.InvariantCulture, $"{number} is not {Expected}"));
        }

        return value;
    }

    /// <summary>A description of the allowed values ("a whole number of at least 1").</summary>
    public string Expected
    {
        get
        {
            if (Type.IsEnum)
                return "one of " + string.Join(", ", Enum.GetNames(Type).Select(name => name.ToLowerInvariant()));
            if (Type == typeof(bool))
                return "true or false";
            if (Type == typeof(string))
                return "a text";
            var kind = Type == typeof(int) ? "a whole number" : "a number";
            return (double.IsFinite(Min), double.IsFinite(Max)) switch
            {
                (true, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} from {Min} to {Max}"),
                (true, false) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at least {Min}"),
                (false, true) => string.Create(CultureInfo.InvariantCulture, $"{kind} of at most {Max}"),
                _ => kind,
            };
        }
    }

    private object? ParseEnum(string text) =>
        Enum.GetNames(Type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse(Type, name) : null;
}
