namespace Peft.Generators.Methods;

/// <summary>Writes the generated part of a method's class.</summary>
internal static class MethodEmitter
{
    public static string Emit(MethodModel model)
    {
        var writer = new CodeWriter().Header();
        var isDescribed = model.Parts == MethodParts.Everything;
        if (isDescribed)
            writer.Line($"[assembly: global::Peft.MethodCatalog(typeof({model.Type.FullName}))]").Line();
        writer.OpenType(model.Type, isDescribed ? $"global::Peft.IMethod<{model.Type.FullName}>" : null);
        var trainables = Created(model);
        foreach (var trainable in trainables)
            writer.Line(CodeWriter.GeneratedCode).Line($"private global::Peft.ITrainable {trainable.Field} = null!;").Line();
        if (isDescribed)
        {
            DescriptorEmitter.Write(writer, model, trainables);
            writer.Line();
        }

        foreach (var trainable in model.Trainables)
        {
            WriteBody(writer, model, trainable);
            writer.Line();
        }

        if (model.Parts >= MethodParts.Trainables)
            WriteCreation(writer, trainables);
        return writer.CloseType(model.Type).ToString();
    }

    /// <summary>The trainables without errors.</summary>
    private static List<TrainableModel> Created(MethodModel model)
    {
        var created = new List<TrainableModel>();
        foreach (var trainable in model.Trainables)
        {
            if (trainable.Field is not null && model.Parts >= MethodParts.Trainables)
                created.Add(trainable);
        }

        return created;
    }

    private static void WriteBody(CodeWriter writer, MethodModel model, TrainableModel trainable)
    {
        writer.Line(CodeWriter.GeneratedCode);
        var value = Value(model, trainable);
        if (trainable.Accessors.Count == 0 || (trainable.Accessors.Count == 1 && trainable.Accessors[0] == "get"))
        {
            writer.Line($"{trainable.Declaration} => {value};");
            return;
        }

        writer.Line(trainable.Declaration).Open();
        foreach (var accessor in trainable.Accessors)
            writer.Line($"{accessor} => {(accessor.EndsWith("get", StringComparison.Ordinal) ? value : CodeWriter.Unusable)};");
        writer.Close();
    }

    /// <summary>
    /// Reading a trainable whose flag is off throws an exception that names the flag; otherwise it would be a null reference.
    /// </summary>
    private static string Value(MethodModel model, TrainableModel trainable)
    {
        if (trainable.Field is null)
            return CodeWriter.Unusable;
        if (trainable.When is not { } when)
            return $"{trainable.Field}.Value";
        var names = string.Join(", ", Literals.Format(model.Name), Literals.Format(trainable.Name), Literals.Format(when));
        return $"({trainable.Field} ?? throw new global::Peft.TrainableAbsentException({names})).Value";
    }

    private static void WriteCreation(CodeWriter writer, List<TrainableModel> trainables)
    {
        writer.Line("/// <inheritdoc/>").Line(CodeWriter.GeneratedCode);
        writer.Line("protected override void CreateTrainables(global::Peft.ITrainableFactory factory)").Open();
        foreach (var trainable in trainables)
        {
            var sizes = string.Join(", ", trainable.Sizes.ToImmutable());
            var settings = trainable.Initializer.Length == 0 ? "" : $" {{ {trainable.Initializer} }}";
            if (trainable.When is { } when)
                writer.Line($"if ({when})").Open();
            writer.Line(
                $"{trainable.Field} = factory.Create(new global::Peft.TrainableSpec({Literals.Format(trainable.Name)}, new long[] {{ "
                    + $"{sizes} }}, "
                + $"{trainable.Init}, {trainable.Std}, {Literals.Format(trainable.Group)}){settings});");
            if (trainable.When is not null)
                writer.Close();
        }

        writer.Close();
    }
}
