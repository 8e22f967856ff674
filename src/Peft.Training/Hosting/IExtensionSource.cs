using Peft.Models;

namespace Peft.Training;

/// <summary>Adds tasks and families of backbones to a host's registries: plugins do so.</summary>
public interface IExtensionSource
{
    /// <summary>Adds this source's tasks.</summary>
    /// <param name="registry">Where to add them.</param>
    void AddTo(TaskRegistry registry);

    /// <summary>Adds this source's families of backbones.</summary>
    /// <param name="registry">Where to add them.</param>
    void AddTo(BackboneRegistry registry);
}
