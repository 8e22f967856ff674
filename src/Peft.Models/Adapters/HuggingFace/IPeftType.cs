using System.Text.Json.Nodes;

namespace Peft.Models.HuggingFace;

/// <summary>One of PEFT's types, both ways.</summary>
internal interface IPeftType
{
    /// <summary>The <c>peft_type</c>.</summary>
    string Name { get; }

    /// <summary>Whether PEFT leaves the backbone as it is and puts virtual tokens before it; keys then begin otherwise.</summary>
    bool IsPromptLearning { get; }

    /// <summary>Whether an adapter of these methods is of the type.</summary>
    bool Fits(IReadOnlyCollection<string> methods);

    /// <summary>The method that a file asks for.</summary>
    MethodRequest Request(PeftFile file, PeftModel model);

    /// <summary>Every tensor of the adapter as the file holds it, by plain keys (without PEFT's own prefix).</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="adapter">The adapter.</param>
    /// <param name="isWriting">Whether a file is made, rather than read.</param>
    IEnumerable<TensorLink> Links(PeftModel model, Adapter adapter, bool isWriting);

    /// <summary>Adds the type's own fields of <c>adapter_config.json</c>.</summary>
    void Describe(PeftModel model, Adapter adapter, JsonObject config);
}
