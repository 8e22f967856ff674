using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Peft.Server.Tests;

/// <summary>Debian's Chromium with a page of a server. Every request of the page is recorded.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private const string Program = "/usr/bin/chromium";
    private const int Patience = 120_000; // milliseconds

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;
    private readonly List<string> _requests = [];

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.Request += (_, request) => _requests.Add(request.Url);
        page.WebSocket += (_, socket) => _requests.Add(socket.Url);
        page.PageError += (_, problem) => Problems.Add(problem);
        page.Console += (_, line) =>
        {
            if (line.Type == "error")
                Problems.Add(line.Text);
        };
    }

    public IPage Page { get; }

    /// <summary>Addresses that were requested.</summary>
    public IReadOnlyList<string> Requests => _requests;

    /// <summary>Errors of scripts and of the console.</summary>
    public List<string> Problems { get; } = [];

    public static async Task<Browser> Start(RunningServer server, int width = 1280, bool isDark = false)
    {
        Assert.SkipUnless(File.Exists(Program), $"{Program} is not installed (apt-get install chromium)");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync(new()
        {
            BaseURL = server.Client.BaseAddress!.ToString(),
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
        });
        page.SetDefaultTimeout(Patience); // a machine that trains and tests beside it is slow
        return new Browser(playwright, browser, page);
    }

    /// <summary>Opens a page and waits until it is drawn.</summary>
    public async Task Open(string path)
    {
        await Page.GotoAsync(path);
        await Page.Locator("h1").First.WaitForAsync();
    }

    /// <summary>
    /// Checks that the page gets an address. It is asked for again and again: a wait for the navigation misses one that happens at once.
    /// </summary>
    public Task IsAt(string path) =>
        Assertions.Expect(Page).ToHaveURLAsync(new Regex(Regex.Escape(path) + "$"), new() { Timeout = Patience });

    /// <summary>Checks that a text becomes visible.</summary>
    public Task Sees(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>Checks that nothing was asked of another host, and that no script failed.</summary>
    public void AssertIsClean()
    {
        Assert.NotEmpty(_requests);
        var own = Page.Url.Split('/')[2];
        Assert.All(_requests, url => Assert.True(url.StartsWith("data:", StringComparison.Ordinal) || new Uri(url).Authority == own, url));
        Assert.Empty(Problems);
    }

    /// <summary>Checks that the page is not wider than the window, and that no text is cut off.</summary>
    public async Task AssertFits()
    {
        Assert.Equal("", await Page.EvaluateAsync<string>(
            """
            () => {
              const wide = document.documentElement.clientWidth;
              const out = [...document.querySelectorAll('body *')].filter(e => {
                const box = e.getBoundingClientRect();
                return box.width > 0 && box.right > wide + 1 && !e.closest('.skip') && getComputedStyle(e).position !== 'fixed';
              });
              const cut = [...document.querySelectorAll('main *')].filter(e => e.childElementCount === 0 && e.textContent.trim() !== ''
                && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
                && ['hidden', 'clip'].includes(getComputedStyle(e).overflowX));
              const name = e => `${e.tagName}.${e.getAttribute('class')}: ${e.textContent.trim().slice(0, 40)}`;
              return [...out.map(e => 'out ' + name(e)), ...cut.map(e => 'cut ' + name(e))].slice(0, 5).join('; ');
            }
            """));
        Assert.True(await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    }

    /// <summary>Takes a picture, if PEFT_PICTURES names a folder.</summary>
    public async Task Picture(string name)
    {
        if (Environment.GetEnvironmentVariable("PEFT_PICTURES") is { } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
