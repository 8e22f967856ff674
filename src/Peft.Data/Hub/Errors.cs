using System.Net;

namespace Peft.Data;

/// <summary>Base of what goes wrong with a hub. What was in the cache before is as it was.</summary>
public abstract class HubException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A repository's name or revision is none that a hub could have.</summary>
public sealed class HubNameException : HubException
{
    internal HubNameException(string message) : base(message) { }
}

/// <summary>The hub answered otherwise than with what was asked for.</summary>
public sealed class HubAnswerException : HubException
{
    internal HubAnswerException(string message, HttpStatusCode? status = null) : base(message) => Status = status;

    /// <summary>The status; null where the answer itself was wrong.</summary>
    public HttpStatusCode? Status { get; }
}

/// <summary>The hub could not be reached, or the connection broke again and again.</summary>
public sealed class HubConnectionException : HubException
{
    internal HubConnectionException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A file that was fetched is not the one that the hub announced. It was removed.</summary>
public sealed class HubIntegrityException : HubException
{
    internal HubIntegrityException(string message) : base(message) { }
}

/// <summary>The hub names a file that would lie outside the repository's folder. Nothing was fetched.</summary>
public sealed class HubFileNameException : HubException
{
    internal HubFileNameException(string repository, string file)
        : base($"{repository}: the hub lists the file '{file}', which would lie outside its folder; expected a relative path without "
            + "'..'. Nothing was fetched.") { }
}

/// <summary>A repository has not what is needed, or it is not in the cache and the hub may not be asked.</summary>
public sealed class HubContentException : HubException
{
    internal HubContentException(string message) : base(message) { }
}
