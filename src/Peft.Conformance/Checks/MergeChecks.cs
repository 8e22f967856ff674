using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks merging into the backbone's weights.</summary>
internal static class MergeChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I50", "merged equals unmerged, and unmerging restores; what cannot be merged is refused untouched", MergedIsUnmerged),
        new("I68", "ejected to its flat variant it gives the same outputs from fewer parameters, and the variant is saved and loaded as "
            + "such", FlatIsTheSame),
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
            Require.That(subject.Adapter.Spec.Parts.Any(
                part => message.Contains(part.Method.Name, StringComparison.Ordinal)), $"'{message}' names no method");
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

    private static void FlatIsTheSame(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var frozen = no_grad();
        if (!subject.Adapter.IsEjectable)
        {
            Require.Throws<EjectionException>(
                () => subject.Model.Adapters.Eject(PeftModel.DefaultName), "ejecting a method that is not reparametrised");
            return;
        }

        var (before, count) = (subject.Forward(), subject.Adapter.MergedCount);
        TemporaryFolder.Use(folder =>
        {
            AdapterFolder.Save(subject.Model, folder, AdapterForm.Flat);
            Require.Same(subject.Forward(), before, "outputs before and after saving the flat variant");
            using var loaded = subject.Bare();
            AdapterFolder.Load(loaded, folder, of.Registry);
            Require.Near(subject.Forward(loaded), before, 1e-4, "outputs and those of the saved flat variant");
            Require.That(!loaded.Adapter!.IsEjectable
                && loaded.Adapter.Router is null, "the saved flat variant is still reparametrised, or mixed");
        });
        var flat = subject.Model.Adapters.Eject(PeftModel.DefaultName);
        Require.Near(subject.Forward(), before, 1e-4, "outputs before and after ejecting");
        Require.That(subject.Adapter == flat && !flat.IsEjectable
            && flat.TrainedCount < count, $"{flat.TrainedCount} parameters after ejecting, {count} before");
        subject.Model.Detach();
        Require.Same(subject.Forward(), subject.Base, "outputs of the backbone, the ejected adapter detached");
    }
}
