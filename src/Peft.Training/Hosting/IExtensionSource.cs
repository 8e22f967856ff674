using Peft.Models;

namespace Peft.Training;

/// <summary>Adds tasks and families of backbones to a host's registries. Plugins implement it.</summary>
public interface IExtensionSource
{
    /// <summary>Adds this source's tasks.</summary>
    /// <param name="registry">The registry to add them to.</param>
    void AddTo(TaskRegistry registry);

    /// <summary>Adds this source's families of backbones.</summary>
    /// <param name="registry">The registry to add them to.</param>
    void AddTo(BackboneRegistry registry);
}
