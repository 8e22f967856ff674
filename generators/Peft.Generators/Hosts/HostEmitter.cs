namespace Peft.Generators.Hosts;

/// <summary>Writes the generated part of a backbone layer.</summary>
internal static class HostEmitter
{
    private const string List = "global::System.Collections.Generic.IReadOnlyList<global::Peft.InjectionPoint>";

    public static string Emit(HostModel model)
    {
        var points = Points(model);
        var writer = new CodeWriter().Header().OpenType(model.Type, model.IsHost ? "global::Peft.IInjectionHost" : null);
        if (model.IsHost)
            writer.Line(CodeWriter.GeneratedCode).Line($"private {List}? {model.PointsField};").Line();
        foreach (var point in points)
            writer.Line(CodeWriter.GeneratedCode).Line($"private global::Peft.{point.Type}? {point.Field};").Line();
        if (model.IsHost)
            WriteList(writer, model, points);
        foreach (var point in points)
            WritePoint(writer, point);
        for (var i = 0; i < model.Sites.Count; i++)
        {
            WriteBody(writer, model.Sites[i]);
            if (i < model.Sites.Count - 1)
                writer.Line();
        }

        return writer.CloseType(model.Type).ToString();
    }

    private static List<PointModel> Points(HostModel model)
    {
        var points = new List<PointModel>();
        foreach (var site in model.Sites)
        {
            if (site.Point is not null)
                points.Add(site.Point);
        }

        return points;
    }

    private static void WriteList(CodeWriter writer, HostModel model, List<PointModel> points)
    {
        var names = new List<string>();
        foreach (var point in points)
            names.Add(point.Property);
        writer.Line("/// <summary>The sites of this layer, in the order of their declaration.</summary>").Line(CodeWriter.GeneratedCode);
        writer.Line($"public {List} InjectionPoints => {model.PointsField} ??=");
        writer.Line($"    global::System.Array.AsReadOnly(new global::Peft.InjectionPoint[] {{ {string.Join(", ", names)} }});").Line();
    }

    /// <summary>
    /// A point is created at its first use, because field initialisers cannot access other fields. There is only one, also if two threads
    /// use it first at the same time.
    /// </summary>
    private static void WritePoint(CodeWriter writer, PointModel point)
    {
        var module = point.Module is null ? "" : Literals.Format(point.Module) + ", ";
        writer.Line(CodeWriter.GeneratedCode);
        writer.Line($"private global::Peft.{point.Type} {point.Property} => {point.Field} ?? "
            + "global::System.Threading.LazyInitializer.EnsureInitialized(");
        writer.Line($"    ref {point.Field}, () => new global::Peft.{point.Type}({point.Site}, {module}() => {point.Member}));").Line();
    }

    private static void WriteBody(CodeWriter writer, SiteModel site)
    {
        var body = site.Point is { } point
            ? $"{point.Property}.Apply({site.Arguments})" : CodeWriter.Unusable;
        writer.Line(CodeWriter.GeneratedCode).Line($"{site.Declaration} => {body};");
    }
}
