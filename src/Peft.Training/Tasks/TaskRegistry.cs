using System.Collections.Immutable;
using Peft.Data;

namespace Peft.Training;

/// <summary>The available tasks: the built-in one, GLUE's, data-to-text, and those that a program or a plugin adds.</summary>
/// <remarks>Updates are atomic for readers, so tasks can be added and removed while others are looked up.</remarks>
public sealed class TaskRegistry
{
    private readonly Lock _changing = new();
    private volatile ImmutableDictionary<string, IFineTuningTask> _byName = ImmutableDictionary.Create<string, IFineTuningTask>(
        StringComparer.Ordinal);
    private volatile ImmutableList<string> _names = [];

    /// <summary>Creates a registry with the tasks of this assembly.</summary>
    public TaskRegistry()
    {
        Add(new ClassificationTask(TicketTask.Definition, TaskSource.LoadTickets));
        Add(new ClassificationTask(TaskSource.BuiltInDefinition, TaskSource.LoadBuiltIn), [BuiltInTask.Name]);
        foreach (var glue in GlueTasks.All)
            Add(new ClassificationTask(glue, options => TaskSource.LoadGlue(glue, options)), [glue.DisplayName, .. glue.Aliases]);
        foreach (var name in GenerationTasks.Names)
            Add(new GenerationTask(name));
        Add(new TokenTask(), [TokenTask.Alias]);
        Add(new CompletionTask());
        Add(new PromptTask());
        Add(new FewShotTask());
        Add(new PretrainingTask(), [PretrainingTask.Alias]);
        foreach (var kind in Enum.GetValues<TableKind>())
            Add(new TableTask(kind));
    }

    /// <summary>The tasks' names, in the order of registration.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Adds a task.</summary>
    /// <param name="task">The task.</param>
    /// <returns>This registry.</returns>
    /// <exception cref="DuplicateTaskException">A task of that name already exists.</exception>
    public TaskRegistry Add(IFineTuningTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return Add(task, []);
    }

    /// <summary>Whether there is a task of a name or alias.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether <see cref="Find"/> finds it.</returns>
    public bool Contains(string name) => _byName.ContainsKey(Plain(name));

    /// <summary>Removes a task.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether a task was removed.</returns>
    public bool Remove(string name)
    {
        lock (_changing)
        {
            var before = _byName;
            _names = _names.Remove(name);
            _byName = before.Remove(Plain(name));
            return _byName.Count < before.Count;
        }
    }

    /// <summary>Finds a task; case and the characters - and _ do not matter.</summary>
    /// <param name="name">A name, or an alias of one of GLUE's.</param>
    /// <returns>The task.</returns>
    /// <exception cref="UnknownTaskException">The task is unknown; the message suggests the nearest name and lists all.</exception>
    public IFineTuningTask Find(string name) =>
        _byName.GetValueOrDefault(Plain(name))
        ?? throw new UnknownTaskException($"there is no task '{Excerpt.Cut(name)}'{NearestName.Hint(name, _names)}. Known: "
            + $"{string.Join(", ", _names)}.");

    private TaskRegistry Add(IFineTuningTask task, IReadOnlyList<string> aliases)
    {
        lock (_changing)
        {
            if (_byName.ContainsKey(Plain(task.Name)))
                throw new DuplicateTaskException(task);
            _names = _names.Add(task.Name);
            foreach (var name in aliases.Prepend(task.Name).Select(Plain).Where(name => !_byName.ContainsKey(name)))
                _byName = _byName.Add(name, task);
        }

        return this;
    }

    private static string Plain(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).Trim().ToLowerInvariant();
}

/// <summary>Two tasks have the same name.</summary>
/// <param name="task">The second task.</param>
public sealed class DuplicateTaskException(IFineTuningTask task)
    : Exception($"the task '{task.Name}' of {task.GetType().FullName} ({task.GetType().Assembly.GetName().Name}) is registered already; "
        + "rename it.");
