using Peft.Training;

namespace Peft.Tests.Training;

public sealed class TaskRegistryTests
{
    [Fact]
    public void Tasks_can_be_added_and_removed_while_others_read_the_names()
    {
        var registry = new TaskRegistry();
        var names = registry.Names.ToList();
        foreach (var name in registry.Names)
        {
            registry.Add(ListedExamples.Task($"{name}-mine", ["a", "b"]));
            Assert.True(registry.Contains($"{name}-mine"));
        }

        Assert.Equal(2 * names.Count, registry.Names.Count);
        foreach (var name in registry.Names.Where(name => name.EndsWith("-mine", StringComparison.Ordinal)))
            Assert.True(registry.Remove(name));
        Assert.Equal(names, registry.Names);
        Assert.False(registry.Remove("none"));
    }
}
