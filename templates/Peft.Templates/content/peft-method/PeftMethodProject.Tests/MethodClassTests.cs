using Peft;
using Method = PeftMethodProject.MethodClass;

namespace PeftMethodProject.Tests;

public sealed class MethodClassTests
{
    [Fact]
    public void It_conforms() => ConformanceBattery.Verify<Method>("rank=2");
}
