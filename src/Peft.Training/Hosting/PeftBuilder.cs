using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Peft.Models;

namespace Peft.Training;

/// <summary>Configures Peft in a host: methods, tasks and configuration. Other packages add extension methods to it.</summary>
public sealed class PeftBuilder
{
    private readonly HashSet<string> _claimed = new(PeftConfiguration.Keys, StringComparer.OrdinalIgnoreCase);

    private readonly List<Action> _atEnd = [];

    internal PeftBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The bound configuration section, or null.</summary>
    public IConfigurationSection? Configuration { get; private set; }

    /// <summary>Adds one method.</summary>
    /// <typeparam name="T">The method's class.</typeparam>
    /// <returns>This builder.</returns>
    public PeftBuilder AddMethod<T>()
        where T : AdaptationMethod, IMethod<T> => AddMethods(registry => registry.Add<T>());

    /// <summary>Adds every method of an assembly's catalog.</summary>
    /// <param name="assembly">An assembly built with the generator.</param>
    /// <returns>This builder.</returns>
    public PeftBuilder AddMethodsFrom(Assembly assembly) => AddMethods(registry => registry.AddFrom(assembly));

    /// <summary>Adds a task, which the command line and every run then find by its name.</summary>
    /// <typeparam name="TTask">The task's class; its constructor may take services.</typeparam>
    /// <returns>This builder.</returns>
    public PeftBuilder AddTask<TTask>()
        where TTask : class, IFineTuningTask
    {
        Services.AddSingleton<IFineTuningTask, TTask>();
        return this;
    }

    /// <summary>
    /// Adds a family of backbones, which the command and every run then find by the <c>model_type</c> of a checkpoint folder.
    /// </summary>
    /// <typeparam name="TFamily">The family's class.</typeparam>
    /// <returns>This builder.</returns>
    public PeftBuilder AddBackbone<TFamily>()
        where TFamily : class, IBackboneFamily
    {
        Services.AddSingleton<IBackboneFamily, TFamily>();
        return this;
    }

    /// <summary>Binds a configuration section, usually <c>Peft</c>.</summary>
    /// <remarks>
    /// <c>Training</c> sets the <see cref="TrainingOptions"/> that the host's services provide. <c>Methods</c> changes the defaults of
    /// methods' options (<c>"lora": { "rank": 4 }</c>, also <c>"sites"</c>). Other keys belong to extensions. Unknown keys and invalid
    /// values throw a <see cref="PeftConfigurationException"/> that names the key, when the options or the registry are first resolved.
    /// </remarks>
    /// <param name="section">The section.</param>
    /// <returns>This builder.</returns>
    public PeftBuilder Bind(IConfigurationSection section)
    {
        Configuration = section;
        return this;
    }

    /// <summary>Declares that an extension reads a key of the bound section. A key that nothing reads is an error.</summary>
    /// <param name="key">The key, directly below the section.</param>
    /// <returns>This builder.</returns>
    public PeftBuilder Claim(string key)
    {
        _claimed.Add(key);
        return this;
    }

    /// <summary>Registers an extension's services after the host's own calls, when the bound configuration is known.</summary>
    internal void AtEnd(Action register) => _atEnd.Add(register);

    internal void End() => _atEnd.ForEach(register => register());

    internal MethodRegistry CreateRegistry(IServiceProvider services)
    {
        CheckKeys();
        var registry = new MethodRegistry();
        foreach (var source in services.GetServices<IMethodSource>())
            source.AddTo(registry);
        if (Configuration is not null)
            PeftConfiguration.ApplyDefaults(registry, Configuration);
        return registry;
    }

    internal static TaskRegistry CreateTasks(IServiceProvider services)
    {
        var registry = new TaskRegistry();
        foreach (var task in services.GetServices<IFineTuningTask>())
            registry.Add(task);
        foreach (var source in services.GetServices<IExtensionSource>())
            source.AddTo(registry);
        return registry;
    }

    internal static BackboneRegistry CreateBackbones(IServiceProvider services)
    {
        var registry = new BackboneRegistry();
        foreach (var family in services.GetServices<IBackboneFamily>())
            registry.Add(family);
        foreach (var source in services.GetServices<IExtensionSource>())
            source.AddTo(registry);
        return registry;
    }

    internal TrainingOptions CreateTrainingOptions()
    {
        CheckKeys();
        return Configuration is null ? new TrainingOptions() : PeftConfiguration.ReadTraining(Configuration);
    }

    private PeftBuilder AddMethods(Action<MethodRegistry> add)
    {
        Services.AddSingleton<IMethodSource>(new ProgramMethods(add));
        return this;
    }

    private void CheckKeys()
    {
        foreach (var child in Configuration?.GetChildren() ?? [])
        {
            if (!_claimed.Contains(child.Key))
                throw PeftConfigurationException.UnknownKey(child, _claimed);
        }
    }

    /// <summary>The methods that the program adds in code.</summary>
    private sealed class ProgramMethods(Action<MethodRegistry> add) : IMethodSource
    {
        public void AddTo(MethodRegistry registry) => add(registry);
    }
}
