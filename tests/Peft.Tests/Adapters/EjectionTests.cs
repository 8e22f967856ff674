namespace Peft.Tests.Adapters;

/// <summary>I68: a reparametrised prefix becomes a flat one.</summary>
public sealed class EjectionTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_name_the_order_the_head_and_the_outputs_stay()
    {
        using var bench = new Bench();
        bench.Add("first", "lora", head: true);
        bench.Add("prefix", "prefix", seed: 2, head: true, "prefix.middle=7");
        bench.Add("last", "houlsby", seed: 3, head: true);
        var before = bench.Forward("first", "prefix");
        var alone = bench.Forward("last");
        bench.Adapters.Activate("prefix", "last");
        var stacked = bench.Forward();
        var flat = bench.Adapters.Eject("prefix");
        Assert.Equal(["first", "prefix", "last"], bench.Adapters.Names);
        Assert.Equal(["prefix", "last"], bench.Adapters.Active);
        Assert.Same(flat, bench.Adapters["prefix"]);
        Assert.True(Bench.Difference(bench.Forward(), stacked) < 1e-4);
        Assert.True(Bench.Difference(bench.Forward("first", "prefix"), before) < 1e-4);
        Assert.True(Bench.Same(bench.Forward("last"), alone));
        Assert.True(Bench.Same(bench.Forward([]), bench.Base));
    }

    [Fact]
    public void The_names_of_the_labels_stay()
    {
        using (var bench = new Bench())
        {
            bench.Add("prefix", "prefix", head: true);
            bench.Model.Labels = ["a", "b", "c"];
            AdapterFolder.Save(bench.Model, _folder, name: "prefix");
        }

        using var other = new Bench();
        AdapterFolder.LoadAs(other.Model, "loaded", _folder, Bench.Registry);
        var flat = Path.Combine(_folder, "flat");
        AdapterFolder.Save(other.Model, flat, AdapterForm.Flat, name: "loaded");
        Assert.Equal(["a", "b", "c"], AdapterFolder.ReadManifest(flat).Labels!);
        other.Adapters.Activate("loaded");
        other.Adapters.Eject("loaded");
        Assert.Equal(["a", "b", "c"], other.Model.Labels!);
    }

    [Fact]
    public void Keys_values_and_counts_are_those_of_the_flat_method()
    {
        using var bench = new Bench();
        bench.Add("prefix", "prefix", settings: ["prefix.middle=7"]);
        var network = bench.Adapters["prefix"].NamedParameters.ToDictionary(pair => pair.Key, pair => pair.Parameter.detach().clone());
        var flat = bench.Adapters.Eject("prefix");
        using var plain = new Bench();
        plain.Add("prefix", "prefix", settings: ["prefix.middle=0"]);
        Assert.Equal(plain.Adapters["prefix"].NamedParameters.Select(pair => pair.Key), flat.NamedParameters.Select(pair => pair.Key));
        Assert.Equal(0, flat.Spec.Parts[0].Options.Get<int>("middle"));
        var inner = network["shared.Input"].matmul(network["shared.FirstWeight"].t()) + network["shared.FirstBias"];
        foreach (var (key, parameter) in flat.NamedParameters)
        {
            var place = key[..key.LastIndexOf('.')];
            var expected = inner.tanh().matmul(network[$"{place}.SecondWeight"].t()) + network[$"{place}.SecondBias"];
            Assert.True(Bench.Difference(parameter, expected) < 1e-5, key);
        }
    }

    [Fact]
    public void Where_some_modules_have_no_network_theirs_stay()
    {
        using var bench = new Bench();
        bench.Add("prefix", "prefix", settings: ["prefix.middle=7", @"prefix.middle@re:.*layer\.0\..*=0"]);
        var before = bench.Forward("prefix");
        var flat = bench.Adapters.Eject("prefix");
        Assert.True(Bench.Difference(bench.Forward(), before) < 1e-4);
        Assert.Empty(flat.Spec.Parts[0].Overrides);
        Assert.False(flat.IsEjectable);
    }

    [Fact]
    public void A_flat_file_is_trained_further_and_saved_as_such()
    {
        using var bench = new Bench();
        bench.Add("prefix", "adamix(prefix+lora)", head: true);
        var before = bench.Forward("prefix");
        AdapterFolder.Save(bench.Model, _folder, AdapterForm.Flat);
        Assert.True(bench.Adapters["prefix"].IsEjectable);
        using var other = new Bench();
        var flat = AdapterFolder.LoadAs(other.Model, "flat", _folder, Bench.Registry);
        Assert.True(Bench.Difference(other.Forward("flat"), before) < 1e-4);
        Assert.False(flat.IsEjectable);
        other.Classifier.train();
        other.Model.Run(() => other.Classifier.call(other.Inputs)).sum().backward();
        Assert.All(flat.NamedParameters, pair => Assert.NotNull(pair.Parameter.grad));
        Assert.Null(AdapterFolder.ReadManifest(_folder).Mixture);
    }

    [Fact]
    public void What_has_no_flat_variant_is_refused_and_stays()
    {
        using var bench = new Bench();
        bench.Add("lora", "lora");
        bench.Add("flat", "prefix", settings: ["prefix.middle=0"]);
        var before = bench.Forward("lora", "flat");
        foreach (var name in bench.Adapters.Names)
        {
            var message = Assert.Throws<EjectionException>(() => bench.Adapters.Eject(name)).Message;
            Assert.Contains($"'{name}'", message);
            Assert.Contains("reparametrised", message);
            Assert.Throws<EjectionException>(() => AdapterFolder.Save(bench.Model, _folder, AdapterForm.Flat, name: name));
        }

        Assert.Empty(Directory.GetFiles(_folder));
        Assert.Throws<UnknownNameException>(() => bench.Adapters.Eject("none"));
        Assert.True(Bench.Same(bench.Forward(), before));
        bench.Adapters.Activate("lora");
        bench.Model.Merge();
        Assert.Throws<MergeException>(() => bench.Adapters.Eject("flat"));
    }
}
