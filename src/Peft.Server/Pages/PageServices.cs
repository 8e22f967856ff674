using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Peft.Hosting;
using Peft.Server.Pages.Runs;

namespace Peft.Server.Pages;

/// <summary>What the pages show: the services of the host, of which each may be missing.</summary>
internal sealed class PageServices(IServiceProvider services)
{
    private readonly Problems _problems = Problems.Create(services);

    /// <summary>The jobs; null without <c>AddJobs</c>.</summary>
    public IFineTuningJobs? Jobs { get; } = services.GetService<IFineTuningJobs>();

    /// <summary>The jobs and the other finished runs; null without <c>AddJobs</c>.</summary>
    public RunCatalog? Runs => Jobs is null ? null : services.GetRequiredService<RunCatalog>();

    /// <summary>The predictions; null without <c>AddPredictor</c>.</summary>
    public IPredictor? Predictor { get; } = services.GetService<IPredictor>();

    /// <summary>What clients may do.</summary>
    public PeftServerOptions Options { get; } = services.GetRequiredService<IOptions<PeftServerOptions>>().Value;

    /// <summary>Every method's name.</summary>
    public IEnumerable<string> Methods => services.GetService<MethodRegistry>()?.Methods.Select(method => method.Name) ?? [];

    /// <summary>What a user is told about an error.</summary>
    public string Sentence(Exception problem) => _problems.Sentence(problem);

    /// <summary>A text without the folder of the runs.</summary>
    public string WithoutFolders(string text) => _problems.WithoutFolders(text);
}
