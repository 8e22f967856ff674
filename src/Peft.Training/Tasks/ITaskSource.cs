namespace Peft.Training;

/// <summary>Adds tasks to a host's registry: the plugins' do so.</summary>
public interface ITaskSource
{
    /// <summary>Adds this source's tasks.</summary>
    /// <param name="registry">Where to add them.</param>
    void AddTo(TaskRegistry registry);
}
