namespace Peft.Training;

/// <summary>
/// A run's <c>log.txt</c>. The log of an earlier run is kept until the new run starts, so a run that is rejected before its start does not
/// change it.
/// </summary>
internal sealed class RunLogFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly StreamWriter _writer;
    private readonly List<string> _early = [];
    private readonly bool _appends;
    private bool _hasStarted;

    /// <summary>Opens the file, which shows that the folder is writable, and changes nothing in it.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="appends">Whether the run is resumed and adds to the log.</param>
    public RunLogFile(string folder, bool appends)
    {
        (_path, _appends) = (Path.Combine(folder, "log.txt"), appends);
        _stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        _stream.Seek(0, SeekOrigin.End);
        _writer = new StreamWriter(_stream) { AutoFlush = true };
    }

    /// <summary>Begins the run: an earlier log is removed unless the run is resumed.</summary>
    public void Start()
    {
        if (_hasStarted)
            return;
        _hasStarted = true;
        if (!_appends)
            _stream.SetLength(0);
        foreach (var line in _early)
            _writer.WriteLine(line);
    }

    /// <summary>Writes a line. Lines before the start are kept until then.</summary>
    public void Write(string line)
    {
        if (_hasStarted)
            _writer.WriteLine(line);
        else
            _early.Add(line);
    }

    /// <summary>Closes the file, and removes it if it was made for a run that never started.</summary>
    public void Dispose()
    {
        var isEmpty = _stream.Length == 0;
        _writer.Dispose();
        if (isEmpty && !_hasStarted)
            File.Delete(_path);
    }
}
