namespace Peft;

/// <summary>
/// Parses methods and settings as users write them: <c>lora</c>, <c>prefix+lora</c>, <c>adamix(houlsby)</c>; <c>houlsby.size=48</c>,
/// <c>lora.rank@query=4</c>, <c>lora.layers=0-3</c>, <c>adamix.experts=4</c>.
/// </summary>
public static class MethodExpression
{
    private const char Joint = '+';
    private const char At = '@';

    /// <summary>Parses an expression and its settings.</summary>
    /// <param name="registry">The known methods.</param>
    /// <param name="expression">A name, several names joined by '+', or <c>adamix(...)</c> of these.</param>
    /// <param name="settings">Values by <c>method.option</c>. Those of known methods that the expression does not name are ignored, so that
    /// several methods can be compared with the same settings.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="UnknownNameException">A method's name is unknown, in the expression or in a setting.</exception>
    /// <exception cref="MethodOptionException">A setting is unknown or its value not allowed.</exception>
    /// <exception cref="MethodExpressionException">A method is named twice.</exception>
    /// <exception cref="SiteSelectionException">A pattern of modules is malformed.</exception>
    public static AdapterSpec Parse(MethodRegistry registry, string expression, IReadOnlyDictionary<string, string> settings)
    {
        var text = expression.Trim().ToLowerInvariant();
        var mixed = text.StartsWith(MixtureOptions.Name + "(", StringComparison.Ordinal) && text.EndsWith(')');
        var name = mixed ? text[(MixtureOptions.Name.Length + 1)..^1].Trim() : text;
        CheckForm(expression, name);
        var parts = name.Split(Joint, StringSplitOptions.TrimEntries)
            .SelectMany(one => Expand(registry, registry.Find(one), settings, []))
            .ToList();
        CheckOwners(registry, settings);
        foreach (var twice in parts.GroupBy(part => part.Method.Name).Where(group => group.Count() > 1))
            throw new MethodExpressionException(expression, $"names {twice.Key} twice; name each method once");
        return new AdapterSpec(name, parts, mixed ? MixtureSettings.Read(parts, SettingsOf(MixtureOptions.Name, settings)) : null);
    }

    /// <summary>The settings that a method reads: its own, those of its parts, and for a mixture those of <c>adamix</c>.</summary>
    /// <param name="spec">The method.</param>
    /// <param name="settings">Values by <c>method.option</c>.</param>
    public static IReadOnlyDictionary<string, string> SettingsUsed(AdapterSpec spec, IReadOnlyDictionary<string, string> settings)
    {
        string[] owners = [.. spec.Parts.Select(part => part.Method.Name), .. spec.Mixture is null ? [] : (string[])[MixtureOptions.Name]];
        return settings.Where(pair => owners.Contains(pair.Key.Split('.')[0], StringComparer.OrdinalIgnoreCase))
            .ToDictionary(StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Checks that each setting is used by one of several methods.</summary>
    /// <param name="specs">The methods.</param>
    /// <param name="settings">Values by <c>method.option</c>.</param>
    /// <exception cref="UnusedSettingException">The first setting that none of them uses.</exception>
    public static void CheckUsed(IReadOnlyList<AdapterSpec> specs, IReadOnlyDictionary<string, string> settings)
    {
        var used = specs.SelectMany(spec => SettingsUsed(spec, settings).Keys).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (settings.Keys.FirstOrDefault(key => !used.Contains(key)) is { } unused)
            throw new UnusedSettingException(unused, [.. specs.Select(spec => spec.Expression)]);
    }

    /// <summary>Parses an option that applies to some modules.</summary>
    /// <param name="method">The method.</param>
    /// <param name="key"><c>option@pattern</c>.</param>
    /// <param name="value">The value as text.</param>
    internal static OptionOverride ReadOverride(MethodDescriptor method, string key, string value)
    {
        var at = key.IndexOf(At, StringComparison.Ordinal);
        var (name, pattern) = (key[..at], key[(at + 1)..]);
        var read = method.Complete(new Dictionary<string, object> { [name] = value });
        var option = method.Options.First(option => option.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Name;
        return new OptionOverride(option, new ModulePattern(pattern), read.All[option]);
    }

    /// <summary>Resolves a method to itself, or a composite to its parts with the defaults that it sets for them.</summary>
    private static IEnumerable<MethodPart> Expand(
        MethodRegistry registry, MethodDescriptor method, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> defaults)
    {
        if (method.Kind != SiteKind.Composite)
            return [ReadPart(method, settings, defaults)];
        CheckComposite(method, settings);
        return method.Parts.SelectMany(part => Expand(registry, registry.Find(part.Method), settings, part.Options));
    }

    /// <summary>Parses a method's own settings; a composite has none.</summary>
    /// <returns>The method with its settings; null for a composite.</returns>
    /// <exception cref="MethodOptionException">A setting is unknown or its value not allowed.</exception>
    internal static MethodPart? ReadOwn(MethodDescriptor method, IReadOnlyDictionary<string, string> settings)
    {
        if (method.Kind != SiteKind.Composite)
            return ReadPart(method, settings, []);
        CheckComposite(method, settings);
        return null;
    }

    private static void CheckComposite(MethodDescriptor method, IReadOnlyDictionary<string, string> settings)
    {
        foreach (var name in SettingsOf(method.Name, settings).Keys)
        {
            throw new MethodOptionException(
                method.Name, name, "a composite has no options of its own; set those of its parts: "
                    + $"{string.Join(", ", method.Parts.Select(part => part.Method))}");
        }
    }

    private static MethodPart ReadPart(
        MethodDescriptor method, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> defaults)
    {
        var own = defaults.Select(text => text.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in SettingsOf(method.Name, settings))
            own[name] = value;
        var where = method.Kind == SiteKind.Parameters ? new ModuleSelection() : PlaceSettings.Take(method, own);
        var overrides = own.Where(pair => pair.Key.Contains(At, StringComparison.Ordinal)).ToList();
        var options = own.Except(overrides).ToDictionary(pair => pair.Key, pair => (object)pair.Value);
        return new MethodPart(method, method.Complete(options), where)
        {
            Overrides = [.. overrides.Select(pair => ReadOverride(method, pair.Key, pair.Value))],
        };
    }

    /// <summary>Checks the brackets and joints, so that a typing error is not read as the name of a method.</summary>
    private static void CheckForm(string expression, string name)
    {
        const string Expected = "expected a method, methods joined by '+', or adamix(...) of these";
        if (name.Count(letter => letter == '(') != name.Count(letter => letter == ')'))
            throw new MethodExpressionException(expression, $"has parentheses that do not match; {Expected}");
        if (name.Contains(MixtureOptions.Name + "(", StringComparison.Ordinal))
            throw new MethodExpressionException(
                expression, $"has a mixture within a mixture or a sum, and mixtures do not nest; {Expected}");
        if (name.AsSpan().ContainsAny('(', ')'))
            throw new MethodExpressionException(expression, $"has parentheses that belong to no mixture; {Expected}");
        if (name.Split(Joint, StringSplitOptions.TrimEntries).Contains(""))
            throw new MethodExpressionException(expression, $"lacks a name; {Expected}");
    }

    private static void CheckOwners(MethodRegistry registry, IReadOnlyDictionary<string, string> settings)
    {
        string[] owners = [.. registry.Methods.Select(method => method.Name), MixtureOptions.Name];
        foreach (var key in settings.Keys)
        {
            var owner = key.Split('.')[0];
            if (!owners.Contains(owner, StringComparer.OrdinalIgnoreCase))
                throw new UnknownNameException($"method for the setting {key}:", owner, owners);
        }
    }

    private static Dictionary<string, string> SettingsOf(string owner, IReadOnlyDictionary<string, string> settings) =>
        settings.Where(pair => pair.Key.StartsWith(owner + ".", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(pair => pair.Key[(owner.Length + 1)..], pair => pair.Value, StringComparer.OrdinalIgnoreCase);
}

/// <summary>An expression of methods is not valid.</summary>
/// <param name="expression">The expression.</param>
/// <param name="problem">The problem and how to fix it.</param>
public sealed class MethodExpressionException(string expression, string problem) : Exception($"method '{expression}' {problem}.");

/// <summary>A setting belongs to a method that the run does not use, so that it would have no effect.</summary>
/// <param name="setting">The setting, <c>method.option</c>.</param>
/// <param name="methods">The methods that are used.</param>
public sealed class UnusedSettingException(string setting, IReadOnlyList<string> methods) : Exception(
    $"--set {setting}: {string.Join(", ", methods)} {(methods.Count == 1 ? "does" : "do")} not use {setting.Split('.')[0]}, so that the "
    + "setting would have no effect; leave it out, or name that method.");
