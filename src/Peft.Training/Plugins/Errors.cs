namespace Peft.Training;

/// <summary>A folder of plugins does not exist.</summary>
/// <param name="folder">The folder as given.</param>
public sealed class PluginFolderException(string folder)
    : Exception($"plugins folder {folder}: {(Path.Exists(folder) ? "is no folder" : "there is no such folder")}; it must hold "
        + "NAME/NAME.dll or NAME.dll for each plugin.");

/// <summary>A folder of plugins, or a plugin's, cannot be read. The others are not affected.</summary>
/// <param name="folder">The folder.</param>
/// <param name="problem">The reason.</param>
public sealed class UnreadablePluginFolderException(string folder, Exception problem)
    : Exception($"plugins folder {folder}: cannot be read ({problem.Message.TrimEnd('.')}) and is left out; correct its access rights.",
        problem);

/// <summary>A plugin's code did not return while it described itself. It is left out.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="limit">The time limit.</param>
public sealed class PluginTimeoutException(string file, TimeSpan limit)
    : Exception(
        $"{file}: expected its methods to describe themselves within {limit.TotalSeconds:0.#} s, found code that runs on, and left it out; "
            + "correct the plugin's constructors and static members, or move it out of the plugins folder.");

/// <summary>A file in a plugins folder is not a plugin.</summary>
/// <param name="file">The file.</param>
/// <param name="found">What it is.</param>
public sealed class NotAPluginException(string file, string found)
    : Exception(
        $"{file}: expected an assembly with a [PeftMethod] class, an IFineTuningTask or an IBackboneFamily, built against "
            + $"Peft.Abstractions; found {found}. "
        + "Move it out of the plugins folder, or publish the plugin there anew.");

/// <summary>A plugin was built against a contract that this program does not offer.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="expected">The contract this program offers.</param>
/// <param name="found">The contract the plugin was built against.</param>
public sealed class ContractMismatchException(string file, Version expected, Version found)
    : Exception(
        $"{file}: expected contract (Peft.Abstractions) {expected.Major}.0 to {expected.ToString(2)}, found "
            + $"{found.ToString(found.Build > 0 ? 3 : 2)}; "
        + (found > expected ? "update this program, or build the plugin against an older package." : "build the plugin against the "
            + "current package."));

/// <summary>
/// A plugin was built against a TorchSharp that this program does not offer, or uses members that this program's TorchSharp lacks.
/// </summary>
/// <param name="file">The plugin's file.</param>
/// <param name="expected">What this program offers.</param>
/// <param name="found">What the plugin asks for.</param>
/// <param name="remedy">What to do.</param>
public sealed class TorchMismatchException(string file, string expected, string found, string remedy)
    : Exception($"{file}: expected {expected}, found {found}; {remedy}.");

/// <summary>A plugin was built against another version of one of Peft's libraries.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="library">The library.</param>
/// <param name="expected">The version of this program.</param>
/// <param name="found">The version that the plugin was built against.</param>
public sealed class LibraryMismatchException(string file, string library, Version expected, Version found)
    : Exception($"{file}: expected {library} {expected.ToString(3)}, found {found.ToString(3)}; build the plugin against the version "
        + "expected.");

/// <summary>A plugin offers a task under a name that is taken.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="task">The task's name.</param>
public sealed class DuplicatePluginTaskException(string file, string task)
    : Exception($"{file}: expected a new task name, found '{task}', which is taken; change the task's Name.");

/// <summary>A plugin offers a family of backbones under a <c>model_type</c> that is taken.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="modelType">The value.</param>
public sealed class DuplicatePluginBackboneException(string file, string modelType)
    : Exception($"{file}: expected a new model_type, found '{modelType}', which is taken; change the family's ModelTypes.");

/// <summary>A plugin, or one of its libraries, needs an assembly that is missing.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="dependency">The assembly needed.</param>
/// <param name="version">The version needed.</param>
/// <param name="neededBy">The assembly that needs it.</param>
/// <param name="found">What there is instead.</param>
public sealed class MissingDependencyException(string file, string dependency, Version version, string neededBy, string found)
    : Exception(
        $"{file}: {neededBy} needs {dependency} {version}, found {found}; "
        + "publish the plugin (dotnet publish, or EnableDynamicLoading in its project) so that its libraries lie beside it.")
{
    /// <summary>The assembly needed.</summary>
    public string Dependency { get; } = dependency;
}

/// <summary>Two plugins have one name.</summary>
/// <param name="name">The name.</param>
/// <param name="file">The plugin that is left out.</param>
/// <param name="other">The plugin that was loaded.</param>
public sealed class DuplicatePluginException(string name, string file, string other)
    : Exception($"{file}: expected one plugin named '{name}', found {other} as well, which was taken; remove or rename one of them.");

/// <summary>A plugin offers a method under a name that is taken.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="method">The method's name.</param>
/// <param name="other">The assembly whose method has the name.</param>
public sealed class DuplicatePluginMethodException(string file, string method, string other)
    : Exception($"{file}: expected a new method name, found '{method}', which {other} has taken; rename it in its [PeftMethod] attribute.");

/// <summary>A plugin's own code failed while it described its methods.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="problem">What the code threw.</param>
public sealed class PluginCodeException(string file, Exception problem)
    : Exception(
        $"{file}: expected its methods to describe themselves, found {problem.GetType().Name}: {Text(problem)}; "
            + "correct the method's constructor or static members.",
        problem)
{
    private const int Longest = 500;

    /// <summary>The message on one line. Its getter may be the plugin's code, so it may throw.</summary>
    private static string Text(Exception problem)
    {
        try
        {
            var line = (problem.Message ?? "").ReplaceLineEndings(" ").TrimEnd('.');
            return line.Length > Longest ? line[..Longest] + "..." : line;
        }
        catch (Exception second)
        {
            return $"a message that cannot be read ({second.GetType().Name})";
        }
    }
}

/// <summary>Defaults were configured for options of a plugin's method, and this build does not accept them.</summary>
/// <param name="file">The plugin's file.</param>
/// <param name="problem">The error about the option.</param>
public sealed class PluginDefaultsException(string file, MethodOptionException problem)
    : Exception(
        $"{file}: expected the options whose defaults are configured, found otherwise: {problem.Message.TrimEnd('.')}. Change the "
            + "configuration, or build the plugin with the option.",
        problem);
