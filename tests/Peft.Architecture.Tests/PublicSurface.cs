using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Peft.Architecture.Tests;

/// <summary>Writes public and protected members one per line, in the form of the checked-in list of TorchSharp's own.</summary>
internal static class PublicSurface
{
    private const BindingFlags Declared = BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte", [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short", [typeof(int)] = "int", [typeof(long)] = "long", [typeof(ulong)] = "ulong", [typeof(uint)] = "uint",
        [typeof(float)] = "float", [typeof(double)] = "double",
    };

    /// <summary>"kind type", its bases and its members, for each visible type.</summary>
    internal static IEnumerable<(string Type, List<string> Bases, List<string> Members)> Describe(Assembly assembly) =>
        assembly.GetTypes().Where(Visible).Select(type => (Header(type), Bases(type).ToList(), Members(type).ToList()));

    internal static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out var keyword))
            return keyword;
        if (type.IsByRef)
            return Name(type.GetElementType()!);
        if (type.IsArray)
            return Name(type.GetElementType()!) + "[]";
        if (type.IsGenericParameter)
            return type.Name;
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (typeof(ITuple).IsAssignableFrom(type) && type.IsValueType && type.IsGenericType)
            return $"({string.Join(", ", type.GetGenericArguments().Select(Name))})";
        var path = type.Name.Split('`')[0];
        for (var outer = type.DeclaringType; outer is not null; outer = outer.DeclaringType)
            path = $"{outer.Name.Split('`')[0]}.{path}";
        return type.IsGenericType ? $"{path}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : path;
    }

    private static bool Visible(Type type) =>
        type.DeclaringType is { } outer ? Visible(outer) && (type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamORAssem) : type.IsPublic;

    private static string Header(Type type)
    {
        var kind = type.IsInterface ? "interface"
            : type.IsEnum ? "enum"
            : type.IsValueType ? "struct"
            : type.IsAbstract && type.IsSealed ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class" : "class";
        return $"{kind} {type.Namespace}.{Name(type)}";
    }

    /// <summary>The base class, if it is not object, and every interface.</summary>
    private static IEnumerable<string> Bases(Type type)
    {
        if (type.IsEnum)
            yield break;
        if (type.IsClass && type.BaseType is { } parent && parent != typeof(object))
            yield return Name(parent);
        foreach (var contract in type.GetInterfaces())
            yield return Name(contract);
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            foreach (var name in Enum.GetNames(type))
                yield return $"{name}={Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture)}";
            yield break;
        }
        foreach (var field in type.GetFields(Declared).Where(f => f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly))
            yield return $"{(field.IsPublic ? "" : "protected ")}{(field.IsStatic ? "static " : "")}{Name(field.FieldType)} {field.Name};";
        foreach (var property in type.GetProperties(Declared))
        {
            var accessors = property.GetAccessors(true).Where(Shown).ToList();
            if (accessors.Count == 0)
                continue;
            var index = property.GetIndexParameters();
            var name = index.Length > 0 ? $"this[{string.Join(", ", index.Select(Parameter))}]" : property.Name;
            yield return $"{Modifiers(accessors[0])}{Name(property.PropertyType)} {name} {{ {string.Join(" ", accessors.Select(a => a.Name.StartsWith("get_") ? "get;" : "set;"))} }}";
        }
        foreach (var constructor in type.GetConstructors(Declared).Where(c => Shown(c) && !c.IsStatic))
            yield return $"{(constructor.IsPublic ? "" : "protected ")}{type.Name.Split('`')[0]}({string.Join(", ", constructor.GetParameters().Select(Parameter))})";
        foreach (var method in type.GetMethods(Declared).Where(m => Shown(m) && (!m.IsSpecialName || m.Name.StartsWith("op_"))))
        {
            var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
            yield return $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{generic}({string.Join(", ", method.GetParameters().Select(Parameter))})";
        }
    }

    private static bool Shown(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Modifiers(MethodInfo method)
    {
        var text = method.IsPublic ? "" : "protected ";
        if (method.IsStatic)
            return text + "static ";
        if (method.IsAbstract)
            return text + "abstract ";
        if (method.GetBaseDefinition() != method)
            return text + "override ";
        return method.IsVirtual && !method.IsFinal ? text + "virtual " : text;
    }

    private static string Parameter(ParameterInfo parameter)
    {
        var text = parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : "";
        text += $"{Name(parameter.ParameterType)} {parameter.Name}";
        return parameter.HasDefaultValue ? $"{text} = {Default(parameter)}" : text;
    }

    private static string Default(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return parameter.RawDefaultValue switch
        {
            null => "null",
            string text => $"\"{text}\"",
            bool value => value ? "true" : "false",
            var value when type.IsEnum => $"({Name(type)}){Convert.ToInt64(value, CultureInfo.InvariantCulture)}",
            var value => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
    }
}
