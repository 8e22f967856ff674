using System.Security.Cryptography;

namespace Peft.Training;

/// <summary>A run's examples, by which a resumed run knows them again.</summary>
/// <param name="Train">Adds all that there is in the training examples to a hash.</param>
/// <param name="Dev">Adds all that there is in the development examples, on which the best epoch depends.</param>
internal sealed record RunExamples(Action<IncrementalHash> Train, Action<IncrementalHash> Dev);
