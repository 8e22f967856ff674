namespace Peft.Generators.Methods;

/// <summary>Names of the pipeline's steps, for the tests of their caching.</summary>
internal static class MethodTrackingNames
{
    public const string Parse = "Method.Parse";
    public const string Unmarked = "Method.Unmarked";
    public const string Model = "Method.Model";
    public const string Closed = "Method.Closed";
}
