using System.Text.Json.Nodes;

namespace Peft.Models.HuggingFace;

/// <summary>Converts one of PEFT's adapter types, in both directions.</summary>
internal interface IPeftType
{
    /// <summary>The <c>peft_type</c>.</summary>
    string Name { get; }

    /// <summary>Whether PEFT leaves the backbone unchanged and prepends virtual tokens. Keys then have another prefix.</summary>
    bool IsPromptLearning { get; }

    /// <summary>Whether an adapter of these methods has this type.</summary>
    bool Fits(IReadOnlyCollection<string> methods);

    /// <summary>The method that a file describes.</summary>
    MethodRequest Request(PeftFile file, PeftModel model);

    /// <summary>The tensors of a file to read into an adapter, by keys without PEFT's own prefix.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="adapter">The adapter.</param>
    IEnumerable<TensorImport> Imports(PeftModel model, Adapter adapter);

    /// <summary>The tensors of a file to write for an adapter, by keys without PEFT's own prefix.</summary>
    /// <param name="model">The backbone.</param>
    /// <param name="adapter">The adapter.</param>
    IEnumerable<TensorExport> Exports(PeftModel model, Adapter adapter);

    /// <summary>Adds the type's own fields of <c>adapter_config.json</c>.</summary>
    void Describe(PeftModel model, Adapter adapter, JsonObject config);
}
