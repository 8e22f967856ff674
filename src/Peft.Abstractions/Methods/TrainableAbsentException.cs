namespace Peft;

/// <summary>A method read a trainable that its flag disables. Generated getters throw it.</summary>
/// <param name="method">The method's name.</param>
/// <param name="trainable">The trainable's name.</param>
/// <param name="flag">The flag of its <see cref="TrainableAttribute.When"/>.</param>
public sealed class TrainableAbsentException(string method, string trainable, string flag) : InvalidOperationException(
    $"{method}: the trainable {trainable} exists only where {flag} is true, and it is false; check {flag} before reading {trainable}, "
    + $"or remove When = nameof({flag}).");
