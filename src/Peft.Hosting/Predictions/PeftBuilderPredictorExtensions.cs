using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>Adds predictions to a host.</summary>
public static class PeftBuilderPredictorExtensions
{
    private const string Key = "Predictor";

    /// <summary>Adds <see cref="IPredictor"/>, which answers texts with the trained runs that it loads.</summary>
    /// <remarks>
    /// You write <c>services.AddPeft(peft =&gt; peft.AddMethod&lt;Lora&gt;().AddPredictor(p =&gt; p.Adapters["tickets"] = "runs/a"))</c>;
    /// you inject <see cref="IPredictor"/> and call <c>PredictAsync("tickets", text)</c>. The section <c>Predictor</c> of the bound
    /// configuration sets <see cref="PredictorOptions"/>; <paramref name="configure"/> overrides it.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; null for those of the configuration.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder AddPredictor(this PeftBuilder builder, Action<PredictorOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Claim(Key).AtEnd(() =>
        {
            var services = builder.Services;
            var options = services.AddOptions<PredictorOptions>();
            if (builder.Configuration?.GetSection(Key) is { } section)
            {
                options.Configure(section.Bind);
                services.AddSingleton<IOptionsChangeTokenSource<PredictorOptions>>(
                    new ConfigurationChangeTokenSource<PredictorOptions>(section));
            }

            if (configure is not null)
                options.Configure(configure);
            services.AddSingleton<PredictorMeters>().AddSingleton<CurrentPredictorOptions>();
            services.AddSingleton<Predictor>();
            services.TryAddSingleton<IPredictor>(provider => provider.GetRequiredService<Predictor>());
            services.AddHostedService(provider => provider.GetRequiredService<Predictor>());
        });
        return builder;
    }
}
