using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Peft.Training;

/// <summary>What a host adds to Peft. Other packages extend it by extension methods.</summary>
public sealed class PeftBuilder
{
    private readonly HashSet<string> _claimed = new(PeftConfiguration.Keys, StringComparer.OrdinalIgnoreCase);

    internal PeftBuilder(IServiceCollection services) => Services = services;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services { get; }

    /// <summary>The section that was bound, or null.</summary>
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

    /// <summary>Adds a task, which the command and every run then find by its name.</summary>
    /// <typeparam name="TTask">The task's class; its constructor may ask for services.</typeparam>
    /// <returns>This builder.</returns>
    public PeftBuilder AddTask<TTask>()
        where TTask : class, IFineTuningTask
    {
        Services.AddSingleton<IFineTuningTask, TTask>();
        return this;
    }

    /// <summary>Binds a configuration section, by custom <c>Peft</c>.</summary>
    /// <remarks>
    /// <c>Training</c> gives the <see cref="TrainingOptions"/> that the host's services offer; <c>Methods</c> gives options other defaults
    /// (<c>"lora": { "rank": 4 }</c>, also <c>"sites"</c>); further keys belong to extensions. Keys that nobody knows and values that are
    /// not allowed are errors which name the key: <see cref="PeftConfigurationException"/>, when options or registry are first asked for.
    /// </remarks>
    /// <param name="section">The section.</param>
    /// <returns>This builder.</returns>
    public PeftBuilder Bind(IConfigurationSection section)
    {
        Configuration = section;
        return this;
    }

    /// <summary>Says that an extension reads a key of the bound section; one that nobody reads is an error.</summary>
    /// <param name="key">The key, directly below the section.</param>
    /// <returns>This builder.</returns>
    public PeftBuilder Claim(string key)
    {
        _claimed.Add(key);
        return this;
    }

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
        foreach (var source in services.GetServices<ITaskSource>())
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

    /// <summary>Methods that the program itself names.</summary>
    private sealed class ProgramMethods(Action<MethodRegistry> add) : IMethodSource
    {
        public void AddTo(MethodRegistry registry) => add(registry);
    }
}
