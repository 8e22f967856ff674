using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Peft.Training;

/// <summary>Registers Peft in a host.</summary>
public static class PeftServiceCollectionExtensions
{
    /// <summary>
    /// Adds the registries of methods and tasks, the meters, the configured <see cref="TrainingOptions"/>, <see cref="FineTuner"/>,
    /// <see cref="Comparison"/> and <see cref="Sweep"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Adds methods from classes, assemblies and plugin folders, and binds configuration.</param>
    /// <returns>The services.</returns>
    /// <exception cref="LibTorchException">libtorch cannot be loaded.</exception>
    public static IServiceCollection AddPeft(this IServiceCollection services, Action<PeftBuilder> configure)
    {
        LibTorch.Load();
        var builder = new PeftBuilder(services);
        configure(builder);
        builder.End();
        services.AddMetrics();
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => builder.CreateTrainingOptions());
        services.AddSingleton(builder.CreateRegistry);
        services.AddSingleton(PeftBuilder.CreateTasks);
        services.AddSingleton(PeftBuilder.CreateBackbones);
        services.AddSingleton<TrainingMeters>();
        services.AddSingleton<FineTuner>();
        services.AddSingleton<Comparison>().AddSingleton<Sweep>();
        return services;
    }
}
