using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Peft.Data;

/// <summary>Reads records from JSON strictly: a value of a wrong type, a null and a name that comes twice are errors.</summary>
internal static class JsonRecord
{
    /// <summary>The options of a file that this library writes, for reading it.</summary>
    /// <param name="written">The options that it is written with.</param>
    public static JsonSerializerOptions Strict(JsonSerializerOptions written) => new(written)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads a record.</summary>
    /// <typeparam name="T">The record.</typeparam>
    /// <param name="json">The JSON text.</param>
    /// <param name="options">Made by <see cref="Strict"/>.</param>
    /// <returns>The record; no list or dictionary in it holds null.</returns>
    /// <exception cref="JsonException">A value is missing or of a wrong type.</exception>
    public static T Read<T>(ReadOnlySpan<byte> json, JsonSerializerOptions options)
        where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize<T>(json, options) ?? throw new JsonException("the file is null");
            CheckItems(value, "$", options);
            return value;
        }
        catch (InvalidOperationException problem)
        {
            throw new JsonException($"a text is not Unicode: {problem.Message}", problem);
        }
    }

    /// <summary>The serializer checks members for null, but not the items of lists and dictionaries.</summary>
    private static void CheckItems(object value, string place, JsonSerializerOptions options)
    {
        switch (value)
        {
            case string or JsonElement:
                break;
            case IEnumerable items:
                foreach (var item in items)
                    CheckItems(item ?? throw new JsonException($"{place} holds null"), place, options);
                break;
            default:
                if (value.GetType() is { IsPrimitive: true } or { IsEnum: true })
                    break;
                foreach (var member in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                    CheckMember(value, member, place, options);
                break;
        }
    }

    private static void CheckMember(object owner, PropertyInfo member, string place, JsonSerializerOptions options)
    {
        // A pair's value may be null, as an item may; a member may be null where its type says so, which was checked.
        var isPair = owner.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(KeyValuePair<,>);
        if (!isPair && (!member.CanWrite || member.GetIndexParameters().Length > 0))
            return;
        if (member.GetValue(owner) is { } inner)
            CheckItems(inner, isPair ? place : $"{place}.{options.PropertyNamingPolicy?.ConvertName(member.Name) ?? member.Name}", options);
        else if (isPair)
            throw new JsonException($"{place} holds null");
    }
}
