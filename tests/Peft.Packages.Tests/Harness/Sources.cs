namespace Peft.Packages.Tests;

/// <summary>Sources of plugins.</summary>
internal static class Sources
{
    private const string Usings = "using Peft;\nusing static TorchSharp.torch;\n";

    /// <summary>A low-rank method.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rank">The default rank, an expression.</param>
    /// <param name="members">Further members of the class.</param>
    /// <param name="rest">Further types and, first, attributes of the assembly.</param>
    public static string Method(string name, string rank = "4", string members = "", string rest = "") => $$"""
        {{Usings}}
        {{rest}}
        /// <summary>A stranger's method.</summary>
        [PeftMethod("{{name}}")]
        [InjectAt(Site.Query, Site.Value)]
        public sealed partial class Method : ProjectionMethod
        {
            [Option(Min = 1)] public int Rank { get; init; } = {{rank}};
            [Trainable("Rank, In", Init = Init.KaimingUniform, Group = "down")] private partial Tensor A { get; }
            [Trainable("Out, Rank", Init = Init.Zeros, Group = "up")] private partial Tensor B { get; }
            protected override Tensor Apply(Tensor x, Tensor y) => y + x.matmul(A.t()).matmul(B.t());
            {{members}}
        }
        """;

    /// <summary>Writes a file as soon as any code of the assembly runs.</summary>
    public static string Tripwire(string file) => $$"""
        public static class Tripwire
        {
            [System.Runtime.CompilerServices.ModuleInitializer]
            internal static void Run() => System.IO.File.WriteAllText(@"{{file}}", "");
        }
        """;

    /// <summary>A library with one number in it.</summary>
    public static string Library(int value, string version = "1.0.0.0") =>
        $"[assembly: System.Reflection.AssemblyVersion(\"{version}\")]\npublic static class Library {{ public static int Value => "
            + $"{value}; }}";

    /// <summary>A contract of another version, just large enough for a catalog.</summary>
    public static string Contract(string version) => $$"""
        [assembly: System.Reflection.AssemblyVersion("{{version}}")]
        namespace Peft;
        [System.AttributeUsage(System.AttributeTargets.Assembly | System.AttributeTargets.Class)]
        public sealed class MethodCatalogAttribute(System.Type method) : System.Attribute { public System.Type Method => method; }
        """;

    /// <summary>A plugin that needs nothing but the catalog's attribute.</summary>
    public static string CatalogOnly(string rest) => $$"""
        [assembly: Peft.MethodCatalog(typeof(Anything))]
        public static class Anything;
        {{rest}}
        """;

    /// <summary>A TorchSharp of another version or with other members.</summary>
    public static string Torch(string version) => $$"""
        [assembly: System.Reflection.AssemblyVersion("{{version}}")]
        namespace TorchSharp;
        public static class torch { public static int nonesuch(int x) => x; }
        """;

    /// <summary>A plugin that calls a member of <see cref="Torch"/>.</summary>
    public static string TorchUser { get; } =
        CatalogOnly("public static class User { public static int Use() => TorchSharp.torch.nonesuch(1); }");
}
