namespace Peft.Data.Tests;

/// <summary>The variables of the hub's own tools.</summary>
public sealed class SettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-hub-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_cache_follows_the_variables()
    {
        Assert.Equal(Path.Combine("/x", "hub"), Of(("HF_HOME", "/x")).Cache);
        Assert.Equal("/y", Of(("HF_HOME", "/x"), ("HF_HUB_CACHE", "/y")).Cache);
        Assert.Equal(Path.Combine("/c", "huggingface", "hub"), Of(("XDG_CACHE_HOME", "/c")).Cache);
        Assert.EndsWith(Path.Combine(".cache", "huggingface", "hub"), Of().Cache);
    }

    [Fact]
    public void The_token_comes_from_the_variable_or_a_file()
    {
        File.WriteAllText(Path.Combine(_folder, "token"), "of-file\n");
        Assert.Equal("of-file", Of(("HF_HOME", _folder)).Token);
        Assert.Equal("given", Of(("HF_HOME", _folder), ("HF_TOKEN", "given")).Token);
        File.WriteAllText(Path.Combine(_folder, "other"), "of-path");
        Assert.Equal("of-path", Of(("HF_HOME", _folder), ("HF_TOKEN_PATH", Path.Combine(_folder, "other"))).Token);
        Assert.Null(Of(("HF_HOME", Path.Combine(_folder, "none"))).Token);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData("ON", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Offline_is_a_word_that_means_yes(string value, bool offline) =>
        Assert.Equal(offline, Of(("HF_HUB_OFFLINE", value)).Offline);

    [Fact]
    public void The_endpoint_may_be_another_and_must_be_an_address()
    {
        Assert.Equal("http://mirror.example:8080/hub", Of(("HF_ENDPOINT", "http://mirror.example:8080/hub/")).Endpoint);
        Assert.Contains("HF_ENDPOINT", Assert.Throws<HubNameException>(() => Of(("HF_ENDPOINT", "mirror"))).Message);
    }

    private static HubSettings Of(params (string Name, string Value)[] variables) =>
        HubSettings.FromEnvironment(name => variables.FirstOrDefault(pair => pair.Name == name).Value);
}
