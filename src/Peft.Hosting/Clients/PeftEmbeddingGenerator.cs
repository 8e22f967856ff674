using Microsoft.Extensions.AI;

namespace Peft.Hosting;

/// <summary>An adapter of an encoder as a generator of vectors.</summary>
internal sealed class PeftEmbeddingGenerator(IPredictor predictor, string adapter) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("peft", providerUri: null, adapter);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (options?.ModelId is { } model && model != adapter)
            throw new GenerateOptionException(nameof(options.ModelId), $"this generator is for the adapter '{adapter}'");
        var (found, created) = (await predictor.EmbedAsync(adapter, [.. values], cancellationToken), DateTimeOffset.UtcNow);
        if (options?.Dimensions is { } width && found.Any(one => one.Values.Count != width))
            throw new GenerateOptionException(
                nameof(options.Dimensions), $"the adapter '{adapter}' gives vectors of {found[0].Values.Count} numbers, not {width}");
        long tokens = found.Sum(one => one.Tokens);
        return new GeneratedEmbeddings<Embedding<float>>(
            found.Select(one => new Embedding<float>(one.Values.ToArray()) { ModelId = adapter, CreatedAt = created }))
        {
            Usage = new UsageDetails { InputTokenCount = tokens, TotalTokenCount = tokens },
        };
    }

    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        if (serviceKey is not null)
            return null;
        return serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType.IsInstanceOfType(predictor) ? predictor : null;
    }

    /// <summary>Does nothing: the predictor belongs to the host.</summary>
    public void Dispose()
    {
    }
}
