using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Peft;

/// <summary>A backbone's word embeddings, with the methods that prepend virtual tokens to them.</summary>
/// <param name="site">The site.</param>
/// <param name="embedding">The word embedding; read lazily, because the host creates it in its constructor.</param>
public sealed class EmbeddingPoint(Site site, Func<Embedding> embedding) : InjectionPoint(site, "")
{
    private EmbeddingMethod[] _methods = [];

    private protected override bool HasNoMethod => _methods.Length == 0;

    // Virtual tokens are added before the layers, so a layer can still be run on some of the tokens.
    private protected override bool MethodsAreTokenwise => true;

    /// <summary>Whether real tokens are shifted by the number of virtual ones; true if nothing is attached.</summary>
    public bool ShiftsPositions => Array.TrueForAll(_methods, method => !method.IsEnabled || method.ShiftsPositions);

    /// <summary>Encodes a text without special tokens around it; null if the model has no tokenizer.</summary>
    public Func<string, IReadOnlyList<int>>? Tokenize { get; set; }

    /// <summary>The frozen embeddings of the vocabulary, [ids, Hidden].</summary>
    internal Tensor Words => embedding().weight!.detach();

    internal override void Prepare(AdaptationMethod method) => ((EmbeddingMethod)method).Bind(this);

    internal override SiteDimensions Dimensions => new((int)embedding().weight!.shape[1], (int)embedding().weight!.shape[1]);

    /// <summary>Concatenates every attached method's embeddings with those of the words.</summary>
    /// <param name="words">Word embeddings [batch, length, Hidden].</param>
    /// <returns>[batch, virtual tokens + length, Hidden], of the dtype of <paramref name="words"/>.</returns>
    public Tensor Apply(Tensor words)
    {
        foreach (var method in _methods)
        {
            if (!method.IsEnabled)
                continue;
            var added = method.Run(embedding().training).to_type(words.dtype).unsqueeze(0);
            words = cat([added.expand(words.shape[0], added.shape[1], added.shape[2]), words], 1);
        }

        return words;
    }

    internal override void Attach(AdaptationMethod method) => _methods = [.. _methods, (EmbeddingMethod)method];

    internal override void Detach(AdaptationMethod method) => _methods = [.. _methods.Where(other => other != method)];
}
