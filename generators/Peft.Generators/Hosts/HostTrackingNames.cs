namespace Peft.Generators.Hosts;

/// <summary>Names of the pipelines' steps, for the tests of their caching.</summary>
internal static class HostTrackingNames
{
    public const string Parse = "Host.Parse";
    public const string Unmarked = "Host.Unmarked";
    public const string Model = "Host.Model";
    public const string Closed = "Host.Closed";
}
