namespace Peft.Generators.Methods;

/// <summary>Names of the pipeline's steps, for the tests of its caching.</summary>
internal static class MethodTrackingNames
{
    public const string Parse = "Method.Parse";
    public const string Model = "Method.Model";
    public const string Diagnostics = "Method.Diagnostics";
    public const string Names = "Method.Names";
    public const string Duplicates = "Method.Duplicates";
    public const string Cycles = "Method.Cycles";
}
