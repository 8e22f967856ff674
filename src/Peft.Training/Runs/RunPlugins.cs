using Peft.Models;

namespace Peft.Training;

/// <summary>The plugins of a run: finds them for its result, and checks that they are loaded when its folder is read.</summary>
internal static class RunPlugins
{
    /// <summary>The assemblies of the task and the backbone's family that do not come with the command.</summary>
    internal static IReadOnlyList<PluginReference> Find(IFineTuningTask task, BackboneRegistry families, string folder)
    {
        var family = families.Find(folder);
        PluginReference?[] found =
        [
            PluginReference.Find(task.GetType().Assembly) is { } ofTask ? ofTask with { Tasks = [task.Name] } : null,
            PluginReference.Find(family.GetType().Assembly) is { } ofFamily ? ofFamily with { Backbones = family.ModelTypes } : null,
        ];
        return PluginReference.Join(found.OfType<PluginReference>());
    }

    /// <summary>The plugins that are not loaded: a method, task or backbone of theirs is unknown.</summary>
    /// <param name="plugins">The plugins of a run or an adapter.</param>
    /// <param name="methods">The known methods.</param>
    /// <param name="backbones">The known families of backbones.</param>
    /// <param name="tasks">The known tasks; null where no task is needed.</param>
    /// <returns>The plugins.</returns>
    public static IReadOnlyList<PluginReference> Missing(
        IReadOnlyList<PluginReference> plugins, MethodRegistry methods, BackboneRegistry backbones, TaskRegistry? tasks) =>
    [
        .. plugins.Where(plugin => plugin.LacksMethods(methods) || plugin.Backbones.Except(backbones.ModelTypes).Any()
            || (tasks is not null && plugin.Tasks.Except(tasks.Names).Any())),
    ];
}
