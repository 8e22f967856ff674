using Peft;

namespace Guide;

public sealed class RowScaleTests
{
    [Fact]
    public void It_conforms() => ConformanceBattery.Verify<RowScale>("gain=2");
}
