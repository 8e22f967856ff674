using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Peft.Cli.Tests;

/// <summary><c>peft serve</c> as a process: what it prints, answers and ends with.</summary>
public sealed partial class ServeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("peft-serve-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_says_where_it_serves_answers_and_ends_at_a_signal()
    {
        var key = Path.Combine(_folder, "key");
        await File.WriteAllTextAsync(key, "a-key-of-some-length\n");
        using var server = await ServeProcess.StartBy(ServeProcess.Program, Arguments("--api-key-file", key), _folder);
        Assert.Contains("adapters: none", server.FirstLine);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        Assert.Equal("Healthy", await client.GetStringAsync("/health"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/v1/jobs")).StatusCode);
        var page = await client.GetStringAsync("/sign-in"); // from another folder than the program's, without a web root
        Assert.NotEmpty(PageFile().Matches(page));
        foreach (Match file in PageFile().Matches(page))
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(file.Groups[1].Value)).StatusCode);
        client.DefaultRequestHeaders.Add("Authorization", "Bearer a-key-of-some-length");
        Assert.Equal("[]", await client.GetStringAsync("/v1/jobs"));
        var unknown = await client.GetAsync("/v1/nothing");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Equal("application/problem+json", unknown.Content.Headers.ContentType!.MediaType);
        Assert.Contains("there is no such route", await unknown.Content.ReadAsStringAsync());
        Assert.Contains("\"title\": \"Peft\"", await client.GetStringAsync("/openapi/v1.json"));
        var (code, rest) = await server.Stop();
        Assert.Equal(PeftCommand.Success, code);
        Assert.DoesNotContain("Exception", rest);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        var failed = await CommandProcess.Run(
            new Dictionary<string, string?>(), arguments: ["serve", "--runs", Path.Combine(_folder, "runs"), "--urls", url]);
        failed.AssertFails("address already in use", url);
    }

    [Theory]
    [InlineData("requests need a key", "--urls", "http://0.0.0.0:5080")]
    [InlineData("requests need a key", "--urls", "http://*:5080")]
    [InlineData("expected an address as http://127.0.0.1:5080", "--urls", "https://127.0.0.1:5080")]
    [InlineData("expected an address as http://127.0.0.1:5080", "--urls", "localhost")]
    [InlineData("expected NAME=DIR", "--adapter", "runs/a")]
    [InlineData("holds no result.json", "--adapter", "a=none")]
    [InlineData("expected an address as http://127.0.0.1:5080", "--urls", "http://127.0.0.1:5080/path")]
    [InlineData("the name 'a' is given twice", "--adapter", "a=none", "--adapter", "a=other")]
    [InlineData("--data: there is no folder none", "--data", "none")]
    [InlineData("./none: there is no such folder; expected a checkpoint folder", "--backbone", "./none")]
    [InlineData("--api-key-file: there is no file none", "--api-key-file", "none")]
    public async Task What_cannot_be_served_is_one_line(string says, params string[] given)
    {
        var failed = await CommandProcess.Run(new Dictionary<string, string?> { ["PEFT_API_KEY"] = null }, arguments: Arguments(given));
        failed.AssertFails(says);
    }

    [Fact]
    public async Task A_short_key_is_refused_and_not_shown()
    {
        var failed = await CommandProcess.Run(new Dictionary<string, string?> { ["PEFT_API_KEY"] = "hunter2" }, arguments: Arguments());
        failed.AssertFails("PEFT_API_KEY: the key has 7 characters; expected at least 16");
        Assert.DoesNotContain("hunter2", failed.Error);
    }

    private string[] Arguments(params string[] given)
    {
        string[] urls = given.Contains("--urls") ? [] : ["--urls", "http://127.0.0.1:0"];
        return ["serve", "--runs", Path.Combine(_folder, "runs"), .. urls, .. given];
    }

    [GeneratedRegex("\"(_peft/[^\"]+)\"")]
    private static partial Regex PageFile();
}
