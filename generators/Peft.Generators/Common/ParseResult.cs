namespace Peft.Generators;

/// <summary>The result of a generator's transform.</summary>
/// <remarks>
/// Diagnostics hold positions, which move with every line typed above them. So the result is split at once: the source is written
/// from <see cref="Model"/> alone and stays cached.
/// </remarks>
/// <param name="Model">What to write, or null when nothing sensible can be written.</param>
/// <param name="Closed">The types that are not partial, the class itself or those around it.</param>
internal sealed record ParseResult<TModel>(TModel? Model, EquatableArray<DiagnosticInfo> Closed)
    where TModel : class, IEquatable<TModel>;
