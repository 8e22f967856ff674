namespace Peft.Data;

/// <summary>Base of what this library throws for bad tasks and data.</summary>
public abstract class TaskException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>There is no task of that name.</summary>
public sealed class UnknownTaskException : TaskException
{
    /// <summary>Makes the error.</summary>
    /// <param name="message">Which task was asked for and which there are.</param>
    public UnknownTaskException(string message) : base(message) { }
}

/// <summary>A task's folder or file is not there.</summary>
public sealed class TaskFileNotFoundException : TaskException
{
    internal TaskFileNotFoundException(string message) : base(message) { }
}

/// <summary>A task's file is empty, is not text, or a row has the wrong number of columns.</summary>
public sealed class TaskFileFormatException : TaskException
{
    internal TaskFileFormatException(string message, Exception? inner = null) : base(message, inner) { }
}

/// <summary>A file's columns are those of another task.</summary>
public sealed class TaskHeaderException : TaskException
{
    internal TaskHeaderException(string message) : base(message) { }
}

/// <summary>A row's label is none of the task's labels, or out of its range.</summary>
public sealed class TaskLabelException : TaskException
{
    internal TaskLabelException(string message) : base(message) { }
}

/// <summary>The built-in task cannot be generated as asked.</summary>
public sealed class BuiltInTaskException : TaskException
{
    internal BuiltInTaskException(string message) : base(message) { }
}
