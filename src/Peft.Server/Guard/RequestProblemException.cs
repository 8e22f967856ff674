using Microsoft.AspNetCore.Http;

namespace Peft.Server;

/// <summary>A request is malformed or not allowed.</summary>
/// <param name="problem">What was found and what was expected.</param>
/// <param name="status">The HTTP status.</param>
public sealed class RequestProblemException(string problem, int status = StatusCodes.Status400BadRequest) : Exception(problem)
{
    /// <summary>The HTTP status.</summary>
    public int Status { get; } = status;

    /// <summary>The parameter that is wrong; null where it is not a single one.</summary>
    public string? Parameter { get; init; }
}
