using Microsoft.CodeAnalysis;

namespace Peft.Generators;

/// <content>Rules for options and trainables.</content>
internal static partial class DiagnosticDescriptors
{
    public static readonly DiagnosticDescriptor BadTrainable = new(
        "PEFT009",
        "Trainable is declared wrongly",
        "Trainable '{0}' must be 'partial Tensor {0} {{ get; }}': {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "The generator writes the property's body, which only reads.",
        helpLinkUri: Help + "PEFT009.md");

    public static readonly DiagnosticDescriptor MalformedShape = new(
        "PEFT010",
        "Shape is malformed",
        "Shape of trainable '{0}' is malformed: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A shape is a list of sizes separated by commas, each a product of whole numbers and names.",
        helpLinkUri: Help + "PEFT010.md");

    public static readonly DiagnosticDescriptor UnknownShapeName = new(
        "PEFT011",
        "Shape names something unknown",
        "Shape of trainable '{0}' names '{1}', which is no int property of '{2}'; known names are {3}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A shape may name int properties of the method and of its base class.",
        helpLinkUri: Help + "PEFT011.md");

    public static readonly DiagnosticDescriptor UnknownMember = new(
        "PEFT021",
        "Trainable names an unknown property",
        "{0} of trainable '{1}' names '{2}', which is no {3} property of '{4}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "When names a bool property, From a Tensor property of the method or of its base class.",
        helpLinkUri: Help + "PEFT021.md");

    public static readonly DiagnosticDescriptor BadOptionType = new(
        "PEFT012",
        "Option is of an unsupported type",
        "Option '{0}' is of type '{1}'; options are int, double, bool, string or an enum",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Options are read from texts and written to files.",
        helpLinkUri: Help + "PEFT012.md");

    public static readonly DiagnosticDescriptor OptionWithoutAccessor = new(
        "PEFT013",
        "Option cannot be set",
        "Option '{0}' must be an instance property with a get and an init accessor",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Options are set when a method is made.",
        helpLinkUri: Help + "PEFT013.md");

    public static readonly DiagnosticDescriptor BadOptionRange = new(
        "PEFT023",
        "Range of an option is wrong",
        "Range of option '{0}' is wrong: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Min and Max bound the values of a number, its default included.",
        helpLinkUri: Help + "PEFT023.md");

    public static readonly DiagnosticDescriptor OptionNameTaken = new(
        "PEFT024",
        "Option name is taken",
        "Option '{0}' could not be set: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Users set options by name, in any case.",
        helpLinkUri: Help + "PEFT024.md");

    public static readonly DiagnosticDescriptor IneffectiveSetting = new(
        "PEFT028",
        "Setting of a trainable has no effect",
        "{0} of trainable '{1}' has no effect: {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "A setting of a trainable contradicts another.",
        helpLinkUri: Help + "PEFT028.md");

    public static readonly DiagnosticDescriptor StrayGroupName = new(
        "PEFT033",
        "Group name is almost that of another group",
        "Group '{0}' of trainable '{1}' is used once and differs from '{2}' by a letter, so that settings for '{2}' do not reach it",
        Category,
        DiagnosticSeverity.Warning,
        isEnabledByDefault: true,
        description: "A mixture shares and routes the groups that its settings name, 'up' by default. A misspelt group is not shared.",
        helpLinkUri: Help + "PEFT033.md");

    public static readonly DiagnosticDescriptor BadGroupName = new(
        "PEFT029",
        "Group name is not allowed",
        "Group '{0}' of trainable '{1}' must start with a lower case letter, hold only lower case letters, digits and dashes, and not "
            + "be 'none'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        description: "Groups are named in settings, joined by plus signs.",
        helpLinkUri: Help + "PEFT029.md");
}
