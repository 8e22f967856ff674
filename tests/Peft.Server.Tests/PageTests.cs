using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // several browsers and trainings at once take minutes

namespace Peft.Server.Tests;

/// <summary>The live page in a browser.</summary>
public sealed class PageTests
{
    private const string Key = "a-key-of-some-length";

    /// <summary>Options of a list, and level lines of a chart, have no area that could be seen.</summary>
    private static LocatorWaitForOptions Attached => new() { State = WaitForSelectorState.Attached };

    [Fact]
    public async Task A_run_is_started_by_the_form_and_watched_to_its_end()
    {
        await using var server = await RunningServer.Start();
        await using var browser = await Browser.Start(server);
        await browser.Open("/start");
        await StartRun(browser, "first", "many");
        await browser.Sees("--epochs: 'many' is not auto or a whole number");
        Assert.Equal("true", await Field(browser, "epochs").GetAttributeAsync("aria-invalid"));
        await Field(browser, "epochs").FillAsync("2");
        await Press(browser, "Start the run");
        await browser.IsAt("/runs/first");
        await browser.Page.Locator(".state.succeeded").WaitForAsync();
        await browser.Sees("step 16 of 16");
        await browser.Sees("adapter/adapter.safetensors");
        await browser.Page.Locator(".chart polyline").Nth(4).WaitForAsync(Attached); // loss, metric, rate, tokens, similarity
        await browser.Sees("Share of 32 picks of each layer, in percent"); // two passes in each of 16 steps
        foreach (var row in await browser.Page.Locator(".heat tbody tr").AllAsync())
        {
            var shares = await row.Locator("td").AllInnerTextsAsync();
            Assert.Equal(100, shares.Sum(share => double.Parse(share, CultureInfo.InvariantCulture)), 0.3);
        }

        browser.AssertIsClean();
    }

    [Fact]
    public async Task A_running_job_is_listed_with_its_state_and_cancelled()
    {
        await using var server = await RunningServer.Start();
        await server.Submit("long", epochs: 500);
        await using var browser = await Browser.Start(server);
        await browser.Open("/");
        await browser.Page.Locator(".state.running").WaitForAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "long" }).ClickAsync();
        await browser.Sees("of 4000, epoch");
        await Press(browser, "Cancel the job");
        await browser.Page.Locator(".state.cancelled").WaitForAsync();
        Assert.Equal("cancelled", (await server.Send(HttpMethod.Get, "/v1/jobs/long")).Body!["state"]!.GetValue<string>());
        await Press(browser, "Resume the job");
        await browser.Page.Locator(".state.running").WaitForAsync();
        await browser.Sees("resumed from the snapshot of step");
        await Press(browser, "Cancel the job");
        await browser.Page.Locator(".state.cancelled").WaitForAsync();
        browser.AssertIsClean();
    }

    [Fact]
    public async Task Two_runs_are_chosen_by_keyboard_and_compared()
    {
        await using var server = await RunningServer.Start();
        await RunTwo(server);
        await using var browser = await Browser.Start(server);
        await browser.Open("/");
        foreach (var name in (string[])["first", "second"])
        {
            await browser.Page.GetByLabel($"Choose {name}").FocusAsync();
            await browser.Page.Keyboard.PressAsync("Space");
        }

        await browser.Page.GetByText("Compare 2 chosen").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.Locator("td[data-run=second]").First.WaitForAsync();
        await browser.Sees("head-only");
        Assert.Equal(["seed", "method"], (await browser.Page.Locator(".compared tbody th").AllInnerTextsAsync())
            .Where(name => name is "seed" or "method" or "epochs").OrderDescending());
        await browser.Page.Locator(".chart polyline").Nth(3).WaitForAsync(Attached); // loss and metric of both
        browser.AssertIsClean();
    }

    [Fact]
    public async Task The_list_is_filtered_and_sorted()
    {
        await using var server = await RunningServer.Start(trains: false);
        foreach (var name in (string[])["bb", "aa", "cc"])
            await server.Submit(name);
        await using var browser = await Browser.Start(server);
        await browser.Open("/");
        var names = browser.Page.Locator("a.name");
        await browser.Page.GetByLabel("Sort by").SelectOptionAsync("Name");
        await browser.Page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('a.name')].map(a => a.innerText).join('') === 'aabbcc'");
        await browser.Page.GetByLabel("Filter").FillAsync("bb queued");
        await browser.Page.WaitForFunctionAsync("() => document.querySelectorAll('a.name').length === 1");
        Assert.Equal(["bb"], await names.AllInnerTextsAsync());
    }

    [Fact]
    public async Task A_text_is_answered_by_two_adapters()
    {
        await using var server = await RunningServer.Start();
        await RunTwo(server);
        await using var browser = await Browser.Start(server);
        await browser.Open("/try");
        foreach (var run in (string[])["first", "second"])
        {
            await browser.Page.GetByLabel("finished run").SelectOptionAsync(run);
            await Press(browser, "Load");
            await browser.Page.Locator($"#left option[value={run}]").WaitForAsync(Attached);
        }

        await Field(browser, "text").FillAsync("a good film");
        await Press(browser, "Answer");
        foreach (var run in (string[])["first", "second"])
            await browser.Page.GetByLabel($"Answer of {run}").WaitForAsync();
        Assert.Equal(4, await browser.Page.Locator(".answer tbody tr").CountAsync());
        await Field(browser, "text").FillAsync("");
        await Press(browser, "Answer");
        await browser.Sees("expected a text, found an empty one");
        browser.AssertIsClean();
    }

    [Theory]
    [InlineData(360, false)]
    [InlineData(360, true)]
    [InlineData(1280, false)]
    [InlineData(1280, true)]
    [InlineData(1920, false)]
    [InlineData(1920, true)]
    public async Task No_page_is_wider_than_the_window(int width, bool isDark)
    {
        await using var server = await RunningServer.Start();
        await RunTwo(server);
        await server.Send(HttpMethod.Put, "/v1/adapters/tone", new JsonObject { ["run"] = "first" });
        await server.Send(HttpMethod.Put, "/v1/adapters/mood", new JsonObject { ["run"] = "second" });
        await using var browser = await Browser.Start(server, width, isDark);
        foreach (var (name, path, shown) in ((string, string, string)[])[
            ("runs", "/", ".state.succeeded"), ("run", "/runs/first", ".charts figure:nth-child(5) polyline"), ("start", "/start", "#name"),
            ("compare", "/compare?run=first&run=second", ".charts figure:nth-child(2) polyline.c1"),
            ("try", "/try", "#left option[value=tone]")])
        {
            await browser.Open(path);
            await browser.Page.Locator(shown).First.WaitForAsync(Attached);
            if (name == "try")
            {
                await Field(browser, "text").FillAsync("a good film");
                await Press(browser, "Answer");
                await browser.Page.Locator(".answer").Last.WaitForAsync();
            }

            await browser.Picture($"{name}-{width}-{(isDark ? "dark" : "light")}");
            await browser.AssertFits();
        }

        browser.AssertIsClean();
    }

    [Fact]
    public async Task The_page_asks_for_the_key()
    {
        await using var server = await RunningServer.Start(options => options.ApiKey = Key, trains: false);
        await using var browser = await Browser.Start(server, 360);
        await browser.Open("/runs/first");
        Assert.EndsWith("/sign-in", browser.Page.Url);
        await browser.AssertFits();
        await browser.Page.GetByLabel("API key of this server").FillAsync("a wrong one");
        await Press(browser, "Sign in");
        await browser.Sees("The key is wrong.");
        Assert.DoesNotContain(browser.Requests, url => url.Contains("_blazor", StringComparison.Ordinal));
        browser.Problems.Clear(); // the 401 of the wrong key
        await browser.Page.GetByLabel("API key of this server").FillAsync(Key);
        await Press(browser, "Sign in");
        await browser.Sees("There are no runs yet.");
        var cookie = Assert.Single(await browser.Page.Context.CookiesAsync(), cookie => cookie.Name == "peft-page");
        Assert.Equal((true, SameSiteAttribute.Strict), (cookie.HttpOnly, cookie.SameSite));
        Assert.DoesNotContain(Key, cookie.Value);
        Assert.All(browser.Requests, url => Assert.DoesNotContain(Key, url));
        await Press(browser, "Sign out");
        await browser.IsAt("/sign-in");
        browser.AssertIsClean();
    }

    private static ILocator Field(Browser browser, string label) => browser.Page.GetByLabel(label, new() { Exact = true });

    private static Task Press(Browser browser, string button) =>
        browser.Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    private static async Task StartRun(Browser browser, string name, string epochs)
    {
        await browser.Page.EvaluateAsync("() => document.querySelectorAll('details').forEach(section => section.open = true)");
        await Field(browser, "name").FillAsync(name);
        await Field(browser, "backbone").SelectOptionAsync("builtin");
        foreach (var (option, value) in ((string, string)[])[
            ("task", "builtin"), ("method", "adamix(lora)"), ("options of the method", "lora.rank=4"), ("train-limit", "64"),
            ("dev-limit", "16"), ("batch-size", "8"), ("max-length", "32"), ("threads", "1"), ("epochs", epochs)])
            await Field(browser, option).FillAsync(value);
        await Press(browser, "Start the run");
    }

    private static async Task RunTwo(RunningServer server)
    {
        await server.RunJob("first");
        var options = RunningServer.Run;
        (options["method"], options["seed"]) = ("head-only", 2);
        options.Remove("set");
        await server.RunJob("second", options);
    }
}
