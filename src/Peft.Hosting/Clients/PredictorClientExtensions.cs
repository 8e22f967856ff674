using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>Offers adapters as the clients of Microsoft.Extensions.AI.</summary>
public static class PredictorClientExtensions
{
    /// <summary>
    /// Adds an adapter of a decoder as a keyed <see cref="IChatClient"/>: you inject
    /// <c>[FromKeyedServices("name")] IChatClient client</c>. <see cref="IPredictor"/> must be added too.
    /// </summary>
    /// <remarks>
    /// For one without a key, or with middleware, write
    /// <c>services.AddChatClient(provider =&gt; provider.GetRequiredService&lt;IPredictor&gt;().AsIChatClient("name"))</c>.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="adapter">The adapter's name, which is also the key. It may be loaded later.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder AddChatClient(this PeftBuilder builder, string adapter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton(
            adapter, (provider, _) => provider.GetRequiredService<IPredictor>().AsIChatClient(adapter));
        return builder;
    }

    /// <summary>
    /// Adds an adapter of an encoder as a keyed generator of vectors: you inject
    /// <c>[FromKeyedServices("name")] IEmbeddingGenerator&lt;string, Embedding&lt;float&gt;&gt; generator</c>. <see cref="IPredictor"/>
    /// must be added too.
    /// </summary>
    /// <param name="builder">The builder.</param>
    /// <param name="adapter">The adapter's name, which is also the key. It may be loaded later.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder AddEmbeddingGenerator(this PeftBuilder builder, string adapter)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddKeyedSingleton(
            adapter, (provider, _) => provider.GetRequiredService<IPredictor>().AsIEmbeddingGenerator(adapter));
        return builder;
    }

    /// <summary>An adapter of a decoder as a chat client.</summary>
    /// <remarks>
    /// A run on completions writes the messages with the template that it was trained with; for every other run their contents are joined
    /// by line breaks. <see cref="ChatOptions.MaxOutputTokens"/>, <see cref="ChatOptions.Temperature"/>, <see cref="ChatOptions.TopP"/>,
    /// <see cref="ChatOptions.TopK"/>, <see cref="ChatOptions.Seed"/>, <see cref="ChatOptions.StopSequences"/> and
    /// <see cref="ChatOptions.Instructions"/> apply. Options that the model cannot honour, such as tools, are refused with a
    /// <see cref="GenerateOptionException"/>. Without a temperature, decoding is greedy.
    /// </remarks>
    /// <param name="predictor">The predictor.</param>
    /// <param name="adapter">The adapter's name. It may be loaded later.</param>
    /// <returns>The client, whose model id is the name. Disposing it does nothing.</returns>
    public static IChatClient AsIChatClient(this IPredictor predictor, string adapter)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentException.ThrowIfNullOrEmpty(adapter);
        return new PeftChatClient(predictor, adapter);
    }

    /// <summary>An adapter of an encoder as a generator of vectors.</summary>
    /// <param name="predictor">The predictor.</param>
    /// <param name="adapter">The adapter's name. It may be loaded later.</param>
    /// <returns>The generator, whose model id is the name. Disposing it does nothing.</returns>
    public static IEmbeddingGenerator<string, Embedding<float>> AsIEmbeddingGenerator(this IPredictor predictor, string adapter)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentException.ThrowIfNullOrEmpty(adapter);
        return new PeftEmbeddingGenerator(predictor, adapter);
    }
}
