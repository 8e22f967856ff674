using Peft.Models;

namespace Peft.Training;

/// <summary>Checks that all names of a plugin can be added to the registries, so that a plugin is never added in part.</summary>
internal sealed record RegistryCheck(MethodRegistry Methods, TaskRegistry? Tasks, BackboneRegistry? Backbones)
{
    /// <summary>Checks a plugin.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="before">The build that it replaces; null for none.</param>
    /// <exception cref="DuplicatePluginMethodException">A method's name is taken.</exception>
    /// <exception cref="DuplicatePluginTaskException">A task's name is taken.</exception>
    /// <exception cref="DuplicatePluginBackboneException">A <c>model_type</c> is taken.</exception>
    /// <exception cref="PluginDefaultsException">An option whose default is configured is missing.</exception>
    public void Check(LoadedPlugin plugin, LoadedPlugin? before)
    {
        CheckMethods(plugin, before);
        CheckDefaults(plugin);
        CheckTasks(plugin, before);
        CheckBackbones(plugin, before);
    }

    private void CheckMethods(LoadedPlugin plugin, LoadedPlugin? before)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in plugin.Methods.Select(method => method.Name))
        {
            if (!own.Add(name))
                throw new DuplicatePluginMethodException(plugin.File, name, "another class of it");
            if (Methods.Methods.Any(method => method.Name == name) && Methods.OriginOf(name) is var taken && taken != before?.Assembly)
                throw new DuplicatePluginMethodException(plugin.File, name, taken.GetName().Name!);
        }
    }

    /// <summary>A new build may no longer have an option that other defaults were set for.</summary>
    private void CheckDefaults(LoadedPlugin plugin)
    {
        try
        {
            foreach (var method in plugin.Methods)
                Methods.WithDefaults(method);
        }
        catch (MethodOptionException problem)
        {
            throw new PluginDefaultsException(plugin.File, problem);
        }
    }

    private void CheckTasks(LoadedPlugin plugin, LoadedPlugin? before)
    {
        var copy = new TaskRegistry();
        foreach (var task in (Tasks?.Names ?? []).Except(copy.Names).Except(before?.Tasks.Select(task => task.Name) ?? []))
            copy.Add(Tasks!.Find(task));
        foreach (var task in plugin.Tasks)
        {
            if (copy.Contains(task.Name))
                throw new DuplicatePluginTaskException(plugin.File, task.Name);
            copy.Add(task);
        }
    }

    private void CheckBackbones(LoadedPlugin plugin, LoadedPlugin? before)
    {
        var types = (Backbones ?? new BackboneRegistry()).ModelTypes.Except(
            before?.Backbones.SelectMany(family => family.ModelTypes) ?? []).ToHashSet();
        foreach (var type in plugin.Backbones.SelectMany(family => family.ModelTypes))
        {
            if (!types.Add(type))
                throw new DuplicatePluginBackboneException(plugin.File, type);
        }
    }
}
