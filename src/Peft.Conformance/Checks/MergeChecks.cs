using static TorchSharp.torch;

namespace Peft;

/// <summary>Merging into the backbone's weights.</summary>
internal static class MergeChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I50", "merged equals unmerged, and unmerging restores; what cannot be merged is refused untouched (I56)", MergedIsUnmerged),
        new("I52", "a delta that is not finite is refused before anything changes", NotFiniteIsRefused),
    ];

    private static void MergedIsUnmerged(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var frozen = no_grad();
        var adapted = subject.Forward();
        if (!subject.Adapter.IsMergeable)
        {
            var message = Require.Throws<MergeException>(subject.Model.Merge, "merging a method that is not mergeable").Message;
            Require.That(subject.Adapter.Spec.Parts.Any(part => message.Contains(part.Method.Name, StringComparison.Ordinal)), $"'{message}' names no method");
            Require.Same(subject.Forward(), adapted, "outputs before and after the refusal");
            return;
        }

        subject.Model.Merge();
        var merged = subject.Forward();
        Require.Near(merged, adapted, 1e-4, "merged and unmerged outputs");
        Require.Apart(merged, subject.Base, 1e-3, "merged outputs and the backbone's");
        subject.Model.Merge();
        Require.Same(subject.Forward(), merged, "outputs merged once and twice");
        subject.Model.Unmerge();
        Require.Near(subject.Forward(), adapted, 1e-5, "outputs before merging and after unmerging");
        subject.Model.IsEnabled = false;
        Require.Near(subject.Forward(), subject.Base, 1e-5, "disabled outputs after unmerging and the backbone's");
    }

    private static void NotFiniteIsRefused(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        if (!subject.Adapter.IsMergeable)
            return;
        using var frozen = no_grad();
        subject.Adapter.NamedParameters.Last().Parameter.fill_(double.NaN);
        Require.Throws<MergeException>(subject.Model.Merge, "merging NaN");
        Require.That(!subject.Model.IsMerged, "the model counts as merged");
        subject.Model.IsEnabled = false;
        Require.Same(subject.Forward(), subject.Base, "disabled outputs and the backbone's");
    }
}
