using Peft.Backbones;
using static TorchSharp.torch;

namespace Peft.Tests.Conformance;

public sealed class MergeTests
{
    public static IEnumerable<TheoryDataRow<string, EncoderFamily, bool>> All => Subject.All;

    [Theory, MemberData(nameof(All))]
    public void I50_Merged_equals_unmerged_and_unmerging_restores(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        using var frozen = no_grad();
        if (!subject.Adapter.IsMergeable)
        {
            // I56: declared unmergeable, refused before a weight is touched.
            var before = subject.Forward();
            var message = Assert.Throws<MergeException>(subject.Model.Merge).Message;
            Assert.Contains(subject.Adapter.Spec.Parts, part => message.Contains(part.Method.Name, StringComparison.Ordinal));
            Assert.True(Subject.Same(before, subject.Forward()));
            return;
        }

        var adapted = subject.Forward();
        subject.Model.Merge();
        var merged = subject.Forward();
        Assert.True(Subject.Difference(merged, adapted) <= 1e-4);
        Assert.True(Subject.Difference(merged, subject.Base) > 1e-3);
        subject.Model.Merge();
        Assert.True(Subject.Same(subject.Forward(), merged));
        subject.Model.Unmerge();
        Assert.True(Subject.Difference(subject.Forward(), adapted) <= 1e-5);
        subject.Model.IsEnabled = false;
        Assert.True(Subject.Difference(subject.Forward(), subject.Base) <= 1e-5);
    }

    [Theory, MemberData(nameof(All))]
    public void I52_A_delta_that_is_not_finite_is_refused_before_anything_changes(string method, EncoderFamily family, bool mixed)
    {
        using var subject = new Subject(method, family, mixed);
        if (!subject.Adapter.IsMergeable)
            return;
        using var frozen = no_grad();
        subject.Adapter.NamedParameters.Last().Parameter.fill_(double.NaN);
        Assert.Throws<MergeException>(subject.Model.Merge);
        Assert.False(subject.Model.IsMerged);
        subject.Model.IsEnabled = false;
        Assert.True(Subject.Same(subject.Forward(), subject.Base));
    }
}
