namespace Peft.Generators.Methods;

/// <summary>Writes a method's descriptor.</summary>
internal static class DescriptorEmitter
{
    public static void Write(CodeWriter writer, MethodModel model, List<TrainableModel> trainables)
    {
        var type = model.Type.FullName;
        writer.Line("/// <summary>Name, options, default sites and factory.</summary>").Line(CodeWriter.GeneratedCode);
        writer.Line($"public static global::Peft.MethodDescriptor Descriptor {{ get; }} = {model.DescribeMethod}(new {type}());").Line();
        writer.Line(CodeWriter.GeneratedCode);
        writer.Line($"private static global::Peft.MethodDescriptor {model.DescribeMethod}({type} defaults) => new()").Open();
        writer.Line($"Name = {Literals.Format(model.Name)},");
        writer.Line($"Kind = global::Peft.SiteKind.{model.Kind},");
        if (model.Composed.Count > 0)
            WriteList(writer, "Parts", "global::Peft.PartDescriptor", model.Composed);
        WriteList(writer, "DefaultSites", "global::Peft.Site", model.DefaultSites);
        WriteList(writer, "Options", "global::Peft.OptionDescriptor", Options(model));
        WriteList(writer, "Trainables", "global::Peft.TrainableDeclaration", Declarations(trainables));
        WriteFactory(writer, model);
        writer.Line($"Summary = {Literals.Format(model.Summary)},");
        if (model.Paper is not null)
            writer.Line($"Paper = {Literals.Format(model.Paper)},");
        writer.Line($"IdentityAtInit = {Literals.Format(model.IdentityAtInit)},");
        writer.Line($"Mergeable = {Literals.Format(model.Mergeable)},");
        writer.Close("};");
    }

    private static EquatableArray<string> Options(MethodModel model)
    {
        var lines = new List<string>();
        foreach (var option in model.Options)
        {
            lines.Add(
                $"new({Literals.Format(option.Name)}, typeof({option.Type}), defaults.{option.Property}, "
                + $"{option.Min}, {option.Max}, {Literals.Format(option.Description)})");
        }

        return new EquatableArray<string>(lines);
    }

    private static EquatableArray<string> Declarations(List<TrainableModel> trainables)
    {
        var lines = new List<string>();
        foreach (var trainable in trainables)
            lines.Add($"new({Literals.Format(trainable.Name)}, {Literals.Format(trainable.Shape)}, {Literals.Format(trainable.Group)})");
        return new EquatableArray<string>(lines);
    }

    private static void WriteList(CodeWriter writer, string property, string type, EquatableArray<string> items)
    {
        if (items.Count == 0)
        {
            writer.Line($"{property} = global::System.Array.Empty<{type}>(),");
            return;
        }

        writer.Line($"{property} = new {type}[]").Open();
        foreach (var item in items)
            writer.Line(item + ",");
        writer.Close("},");
    }

    private static void WriteFactory(CodeWriter writer, MethodModel model)
    {
        if (model.Options.Count == 0)
        {
            writer.Line($"Create = static _ => new {model.Type.FullName}(),");
            return;
        }

        writer.Line($"Create = static options => new {model.Type.FullName}").Open();
        foreach (var option in model.Options)
            writer.Line($"{option.Property} = options.Get<{option.Type}>({Literals.Format(option.Name)}),");
        writer.Close("},");
    }
}
