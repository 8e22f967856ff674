using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Peft.Methods;
using Peft.Training;

namespace Peft.Packages.Tests;

public sealed class HostTests : IDisposable
{
    private readonly PluginsFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Configuration_names_folders_and_sets_defaults_of_a_plugins_method()
    {
        _folder.Add("Theirs", Sources.Method("theirs"));
        using var services = Services(peft => peft.AddPlugins(), ("Peft:Plugins:0", _folder.Plugins), ("Peft:Methods:theirs:rank", "9"));
        Assert.Equal(9, services.GetRequiredService<MethodRegistry>().Find("theirs").Options[0].Default);
    }

    [Fact]
    public void One_folder_needs_no_list_and_named_ones_add_to_it()
    {
        _folder.Add("Theirs", Sources.Method("theirs"));
        using var more = new PluginsFolder();
        more.Add("More", Sources.Method("more"));
        using var services = Services(peft => peft.AddPluginsFrom(more.Plugins).AddPlugins(), ("Peft:Plugins", _folder.Plugins));
        Assert.Equal(["lora", "more", "theirs"], services.GetRequiredService<MethodRegistry>().Methods.Select(method => method.Name));
    }

    [Fact]
    public void A_broken_plugin_is_reported_by_the_catalog_service()
    {
        File.WriteAllText(Path.Combine(_folder.Plugins, "Text.dll"), "no assembly");
        using var services = Services(peft => peft.AddPluginsFrom(_folder.Plugins));
        Assert.Equal("lora", Assert.Single(services.GetRequiredService<MethodRegistry>().Methods).Name);
        Assert.IsType<NotAPluginException>(Assert.Single(services.GetRequiredService<PluginCatalog>().Report.Failures).Problem);
    }

    private static ServiceProvider Services(Action<PeftBuilder> plugins, params IEnumerable<(string Key, string Value)> values)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(pair => new KeyValuePair<string, string?>(pair.Key, pair.Value))).Build();
        return new ServiceCollection().AddPeft(peft => plugins(peft.AddMethod<Lora>().Bind(configuration.GetSection("Peft"))))
            .BuildServiceProvider();
    }
}
