namespace Peft.Fuzz;

/// <summary>A reader, files that it takes, and how they are changed.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Files">Names of the files in the folder that is read; the first is the one that is changed.</param>
/// <param name="Corpus">Valid contents for each of the files.</param>
/// <param name="Mutate">Makes another content of the first file.</param>
/// <param name="Read">Reads the folder as users' programs do.</param>
internal sealed record FuzzTarget(
    string Name, IReadOnlyList<string> Files, IReadOnlyList<byte[][]> Corpus, Func<Random, byte[], byte[]> Mutate, Action<string> Read)
{
    public override string ToString() => Name;
}
