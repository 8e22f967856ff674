namespace Peft.Data;

/// <summary>Base class of errors about tasks and their data.</summary>
public abstract class TaskException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A task's name is unknown.</summary>
public sealed class UnknownTaskException : TaskException
{
    /// <summary>Creates the error.</summary>
    /// <param name="message">The unknown name and the available tasks.</param>
    public UnknownTaskException(string message) : base(message) { }
}

/// <summary>A task's folder or file does not exist.</summary>
public sealed class TaskFileNotFoundException : TaskException
{
    internal TaskFileNotFoundException(string message) : base(message) { }
}

/// <summary>A task's file is empty, is not text, or a row has the wrong number of columns.</summary>
public sealed class TaskFileFormatException : TaskException
{
    internal TaskFileFormatException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>Malformed rows were to be skipped, but more than half of a file's rows are malformed.</summary>
public sealed class MalformedFileException : TaskException
{
    internal MalformedFileException(string message) : base(message) { }
}

/// <summary>A file's columns belong to another task.</summary>
public sealed class TaskHeaderException : TaskException
{
    internal TaskHeaderException(string message) : base(message) { }
}

/// <summary>A row's label is unknown or out of range.</summary>
public sealed class TaskLabelException : TaskException
{
    internal TaskLabelException(string message) : base(message) { }
}

/// <summary>The options of the built-in task are not valid.</summary>
public sealed class BuiltInTaskException : TaskException
{
    internal BuiltInTaskException(string message) : base(message) { }
}
