using System.Reflection;

namespace Peft.Generators.Tests;

/// <summary>Generated code at work.</summary>
public class GeneratedCodeTests
{
    [Fact]
    public void A_descriptor_tells_what_was_declared()
    {
        var descriptor = DescriptorOf(Load(Sources.AllOptions), "Sample.AllOptions");

        Assert.Equal(("all-options-2", SiteKind.Projection, "Has OptionAttributes of <all> types."), (
            descriptor.Name, descriptor.Kind, descriptor.Summary));
        Assert.Equal([Site.FeedForwardUp], descriptor.DefaultSites);
        Assert.Equal(
            [
                "whole Int32 3 -1 1E+300",
                "real Double 0.25 0.1 Infinity",
                "flag Boolean True -Infinity Infinity",
                "class String text -Infinity Infinity",
                "way Way Two -Infinity Infinity",
            ],
            descriptor.Options.Select(option => FormattableString.Invariant(
                $"{option.Name} {option.Type.Name} {option.Default} {option.Min} {option.Max}")));
        Assert.Equal("a \"whole\" number", descriptor.Options[0].Description);
    }

    [Fact]
    public void A_descriptor_makes_instances_with_the_values_given()
    {
        var descriptor = DescriptorOf(Load(Sources.AllOptions), "Sample.AllOptions");

        var method = descriptor.Create(descriptor.Complete(new Dictionary<string, object> { ["whole"] = 7, ["way"] = "one" }));

        Assert.Equal(7, method.GetType().GetProperty("Whole")!.GetValue(method));
        Assert.Equal("One", method.GetType().GetProperty("Way")!.GetValue(method)!.ToString());
        Assert.Equal(0.25, method.GetType().GetProperty("Real")!.GetValue(method));
    }

    [Fact]
    public void The_catalog_names_each_method()
    {
        var assembly = Load(Sources.AllOptions, Sources.Shapes);

        Assert.Equal(["AllOptions", "Shapes"], assembly.GetCustomAttributes<MethodCatalogAttribute>().Select(entry => entry.Method.Name)
            .Order());
    }

    [Fact]
    public void Trainables_are_made_in_order_with_their_shapes()
    {
        var descriptor = DescriptorOf(Load(Sources.Shapes), "Sample.Shapes");
        var method = descriptor.Create(descriptor.Complete(new Dictionary<string, object>()));
        SetDimensions(method, columns: 5, rows: 7);
        var factory = new RecordingFactory();

        Invoke(method, "CreateTrainables", factory);

        Assert.Equal(
            ["Taken 4,3 Zeros 0.02 all", "Wide 35 Normal 0.001 wide", "class 1 Ones 0.02 all"],
            factory.Specs.Select(spec => FormattableString.Invariant(
                $"{spec.Name} {string.Join(',', spec.Shape)} {spec.Init} {spec.Std} {spec.Group}")));
        Assert.Equal(["Taken", "Wide", "class"], descriptor.Trainables.Select(trainable => trainable.Name));
    }

    [Fact]
    public void A_trainable_that_its_flag_switches_off_says_so_when_it_is_read()
    {
        const string Source = """
            [PeftMethod("flagged")]
            [InjectAt(Site.Query)]
            internal sealed partial class Flagged : ProjectionMethod
            {
                private bool IsOn => false;

                [Trainable("1", When = nameof(IsOn))]
                internal partial Tensor Extra { get; }

                protected override Tensor Apply(Tensor x, Tensor y) => y;
            }
            """;
        var assembly = Load(GeneratorHarness.Usings + "namespace Sample;\n" + Source);
        var descriptor = DescriptorOf(assembly, "Sample.Flagged");
        var method = descriptor.Create(descriptor.Complete(new Dictionary<string, object>()));
        Invoke(method, "CreateTrainables", new RecordingFactory());
        var extra = method.GetType().GetProperty("Extra", BindingFlags.Instance | BindingFlags.NonPublic)!;

        var problem = Assert.Throws<TargetInvocationException>(() => extra.GetValue(method)).InnerException;

        var found = Assert.IsType<TrainableAbsentException>(problem);
        Assert.StartsWith("flagged: the trainable Extra exists only where IsOn is true", found.Message);
    }

    [Fact]
    public void Points_are_the_same_ever_after()
    {
        var layer = Load(
            GeneratorHarness.Usings
            + """
            [InjectionHost]
            internal partial class Layer
            {
                private readonly Linear query = null!;
                private readonly LayerNorm norm = null!;
                [ProjectionSite(Site.Query, nameof(query))] public partial Tensor Query(Tensor x);
                [StreamSite(Site.AfterAttention, nameof(norm))] public partial Tensor After(Tensor hidden, Tensor residual);
            }
            """).CreateInstance("Layer")!;

        var used = layer.GetType().GetProperty("QueryPoint", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(layer);
        var points = ((IInjectionHost)layer).InjectionPoints;

        Assert.Equal([(Site.Query, "query"), (Site.AfterAttention, "")], points.Select(point => (point.Site, point.Module)));
        Assert.Same(used, points[0]);
        Assert.Same(points, ((IInjectionHost)layer).InjectionPoints);
    }

    private static Assembly Load(params string[] sources)
    {
        using var stream = new MemoryStream();
        var emitted = GeneratorHarness.RunClean(sources).Output.Emit(stream, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(emitted.Success);
        return Assembly.Load(stream.ToArray());
    }

    private static MethodDescriptor DescriptorOf(Assembly assembly, string type) =>
        (MethodDescriptor)assembly.GetType(type)!.GetProperty("Descriptor")!.GetValue(null)!;

    /// <summary>As attaching does, which is not open to tests of the generators.</summary>
    private static void SetDimensions(AdaptationMethod method, int columns, int rows)
    {
        var dimensions = Activator.CreateInstance(typeof(Site).Assembly.GetType("Peft.SiteDimensions")!, columns, rows)!;
        Invoke(method, "SetDimensions", dimensions);
    }

    private static void Invoke(AdaptationMethod method, string name, object argument) =>
        method.GetType().GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!.Invoke(method, [argument]);

    private sealed class RecordingFactory : ITrainableFactory
    {
        public List<TrainableSpec> Specs { get; } = [];

        public ITrainable Create(TrainableSpec spec)
        {
            Specs.Add(spec);
            return null!;
        }
    }
}
