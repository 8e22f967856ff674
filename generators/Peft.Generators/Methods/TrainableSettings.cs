using Microsoft.CodeAnalysis;

namespace Peft.Generators.Methods;

/// <summary>Settings of a trainable that would do nothing, or that nobody could name.</summary>
internal static class TrainableSettings
{
    public static void Check(IPropertySymbol property, AttributeData attribute, Findings findings)
    {
        void Ineffective(string setting, string why) =>
            findings.Add(DiagnosticDescriptors.IneffectiveSetting, attribute.LocationOf(setting), setting, property.Name, why);

        var hasFrom = attribute.Named<string?>("From", null) is { } from && !MayBeNull(property.ContainingType, from);
        var init = attribute.NamedConstant("Init");
        if (hasFrom && init is not null)
            Ineffective("Init", "From gives the first values");
        if (attribute.NamedConstant("Std") is not null)
        {
            if (hasFrom)
                Ineffective("Std", "From gives the first values");
            else if (init is null || Literals.EnumMember(init.Value) != "Normal")
                Ineffective("Std", "only Init.Normal uses a standard deviation");
        }

        // Users write groups as adamix.share=up+down, and none for no group.
        if (attribute.Named<string?>("Group", null) is { } group && (!NameRule.IsWellFormed(group) || group == "none"))
            findings.Add(DiagnosticDescriptors.BadGroupName, attribute.LocationOf("Group"), group, property.Name);
    }

    /// <summary>Whether a member may give null, so that the values are sampled.</summary>
    private static bool MayBeNull(INamedTypeSymbol type, string member)
    {
        for (var current = type; current is not null; current = current.BaseType)
        {
            foreach (var found in current.GetMembers(member))
                return found is IPropertySymbol { NullableAnnotation: NullableAnnotation.Annotated };
        }

        return false;
    }
}
