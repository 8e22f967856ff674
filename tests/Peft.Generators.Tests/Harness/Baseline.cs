namespace Peft.Generators.Tests;

/// <summary>Compares texts with files of Baselines/; <c>PEFT_UPDATE_BASELINES=1</c> rewrites them instead.</summary>
internal static class Baseline
{
    public static bool IsUpdating => Environment.GetEnvironmentVariable("PEFT_UPDATE_BASELINES") == "1";

    public static void Check(string name, string actual)
    {
        var path = Repository.PathOf("tests", "Peft.Generators.Tests", "Baselines", name + ".generated.txt");
        if (IsUpdating)
            File.WriteAllText(path, actual);
        Assert.True(File.Exists(path), $"{path} does not exist; run with PEFT_UPDATE_BASELINES=1 and read what it writes.");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }
}
