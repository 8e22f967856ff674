using System.Runtime.CompilerServices;
using Peft.Data;

namespace Peft.Cli.Tests;

/// <summary>Scores of tests do not depend on whether WordNet is installed.</summary>
internal static class NoSynonyms
{
    [ModuleInitializer]
    internal static void TurnOff() => Environment.SetEnvironmentVariable(WordNet.Variable, WordNet.None);
}
