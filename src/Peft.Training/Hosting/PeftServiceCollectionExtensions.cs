using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Peft.Training;

/// <summary>Registers Peft in a host.</summary>
public static class PeftServiceCollectionExtensions
{
    /// <summary>Adds the method registry, the meters and <see cref="FineTuner"/>.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="methods">Adds methods to the registry.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddPeft(this IServiceCollection services, Action<MethodRegistry> methods)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(_ =>
        {
            var registry = new MethodRegistry();
            methods(registry);
            return registry;
        });
        services.AddSingleton<TrainingMeters>();
        services.AddSingleton<FineTuner>();
        return services;
    }
}
