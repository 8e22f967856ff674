using System.Net;

namespace Peft.Data;

/// <summary>Base class of errors of a hub. The existing contents of the cache are not changed.</summary>
public abstract class HubException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A repository's name or revision is not valid on a hub.</summary>
public sealed class HubNameException : HubException
{
    internal HubNameException(string message) : base(message) { }
}

/// <summary>The hub returned an error or an unexpected answer.</summary>
public sealed class HubAnswerException : HubException
{
    internal HubAnswerException(string message, HttpStatusCode? status = null) : base(message) => Status = status;

    /// <summary>The HTTP status; null if the answer itself was wrong.</summary>
    public HttpStatusCode? Status { get; }
}

/// <summary>The hub could not be reached, or the connection failed repeatedly.</summary>
public sealed class HubConnectionException : HubException
{
    internal HubConnectionException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A downloaded file does not match the hub's checksum or size. It was removed.</summary>
public sealed class HubIntegrityException : HubException
{
    internal HubIntegrityException(string message) : base(message) { }
}

/// <summary>The token has characters that a request cannot hold.</summary>
public sealed class HubTokenException : HubException
{
    internal HubTokenException(string source, string problem)
        : base($"{source}: {problem}. Set it to the token alone, as the hub shows it.") { }
}

/// <summary>The cache cannot be written to, or something other than a file lies where a file of it should.</summary>
public sealed class HubCacheException : HubException
{
    internal HubCacheException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>The hub lists a file outside the repository's folder. Nothing was downloaded.</summary>
public sealed class HubFileNameException : HubException
{
    internal HubFileNameException(string repository, string file)
        : base($"{repository}: the hub lists the file '{Excerpt.Line(file)}', which would lie outside its folder; expected a relative path "
            + "without '..'. Nothing was fetched.") { }
}

/// <summary>A repository lacks a required file, or it is not in the cache and offline mode is on.</summary>
public sealed class HubContentException : HubException
{
    internal HubContentException(string message) : base(message) { }
}
