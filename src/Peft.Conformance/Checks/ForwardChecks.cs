using Peft.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Peft;

/// <summary>Checks the properties of a forward pass.</summary>
internal static class ForwardChecks
{
    public static IReadOnlyList<ConformanceCheck> All { get; } =
    [
        new("I10", "a fresh method that declares identity leaves the outputs as they were", FreshIsIdentity),
        new("I11", "perturbed weights change the outputs", PerturbedDiffers),
        new("I12", "beside a bfloat16 backbone, outputs and gradients are finite and trainables stay float32", HalfPrecision),
        new("I13", "disabled it is exactly the backbone, and enabled again exactly itself", DisabledIsBase),
        new("I14", "switched by a property or for a while, it gives the same, and what was before is again", HoweverItIsSwitched),
        new("I15", "padding cannot change a row", PaddingDoesNotMatter),
        new("I18", "the same seed gives the same weights", SeedDecides),
        new("I60", "detached, nothing is left of it", DetachedLeavesNothing),
        new("C1", "the last layer on the first token alone gives the logits of the whole", OneTokenIsEnough, CheckScope.Encoders),
        new("C2", "evaluation is deterministic", EvaluationIsDeterministic),
        new("C3", "a batch gives each row what it gets alone", RowsAreIndependent),
    ];

    private static void FreshIsIdentity(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of, perturbed: false);
        if (subject.Adapter.Spec.IdentityAtInit)
            Require.Near(subject.Forward(), subject.Base, 1e-6, "fresh outputs and the backbone's");
        else
            Require.Apart(subject.Forward(), subject.Base, 0, "a method that does not declare IdentityAtInit leaves outputs alone: they "
                + "and the backbone's");
    }

    private static void PerturbedDiffers(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        Require.Apart(subject.Forward(), subject.Base, 1e-3, "outputs and the backbone's");
    }

    private static void HalfPrecision(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        var full = subject.Forward();
        subject.Backbone.ToHalf(subject.Model.Backbone);
        Require.Near(subject.Forward(), full, 0.15 * full.abs().max().item<float>() + 0.2, "outputs beside a bfloat16 and a float32 "
            + "backbone");
        subject.Model.Backbone.train();
        var loss = subject.Loss();
        Require.That(loss.isfinite().all().ToBoolean(), "the loss is not finite");
        Backward.Run(loss);
        foreach (var (key, parameter) in subject.Adapter.NamedParameters)
        {
            Require.That(parameter.dtype == ScalarType.Float32, $"{key} is {parameter.dtype}");
            Require.That(parameter.grad is null || parameter.grad.isfinite().all().ToBoolean(), $"the gradient of {key} is not finite");
        }
    }

    private static void DisabledIsBase(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        var adapted = subject.Forward();
        subject.Model.IsEnabled = false;
        Require.Same(subject.Forward(), subject.Base, "disabled outputs and the backbone's");
        subject.Model.IsEnabled = true;
        Require.Same(subject.Forward(), adapted, "outputs before and after");
    }

    private static void HoweverItIsSwitched(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var frozen = no_grad();
        var (model, adapters, adapted) = (subject.Model, subject.Model.Adapters, subject.Forward());
        using (model.Disabled())
        {
            using (model.Disabled())
                Require.Same(subject.Forward(), subject.Base, "outputs disabled for a while and the backbone's");
            Require.Same(subject.Forward(), subject.Base, "outputs after the inner of two uses and the backbone's");
        }

        Require.Same(subject.Forward(), adapted, "outputs before and after disabling for a while");
        Require.Throws<InvalidOperationException>(
            () =>
            {
                using var disabled = model.Disabled();
                throw new InvalidOperationException();
            },
            "a use that ends by an exception");
        Require.Same(subject.Forward(), adapted, "outputs before and after a use that an exception ended");
        adapters.Activate();
        Require.Same(subject.Forward(), subject.Base, "outputs of no active adapter and the backbone's");
        using (adapters.Using(PeftModel.DefaultName))
            Require.Same(subject.Forward(), adapted, "outputs activated and activated for a while");
        Require.Same(subject.Forward(), subject.Base, "outputs after the use and the backbone's");
        adapters.Activate(PeftModel.DefaultName);
        Require.Same(subject.Forward(), adapted, "outputs before resting and activated again");
    }

    private static void PaddingDoesNotMatter(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        var together = subject.Forward();
        for (var row = 0; row < TokenBatch.Lengths.Count; row++)
        {
            var (start, length) = (subject.Batch.Starts[row], TokenBatch.Lengths[row]);
            var alone = subject.Forward(subject.Batch.Ids.narrow(0, row, 1).narrow(1, start, length), null);
            Require.Near(alone, subject.Backbone.Real(together, row, start, length), 1e-5, $"row {row} alone and padded");
        }
    }

    private static void RowsAreIndependent(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of, float64: true);
        using var frozen = no_grad();
        var order = tensor(new long[] { 2, 0, 1 });
        var turned = subject.Forward(subject.Batch.Ids.index_select(0, order), subject.Batch.Mask.index_select(0, order));
        Require.Near(turned, subject.Forward().index_select(0, order), 1e-10, "rows in one order and in another");
    }

    private static void SeedDecides(ConformanceCase of)
    {
        using var first = new ConformanceSubject(of, perturbed: false, seed: 5);
        using var again = new ConformanceSubject(of, perturbed: false, seed: 5);
        using var other = new ConformanceSubject(of, perturbed: false, seed: 6);
        var pairs = first.Adapter.NamedParameters.Zip(again.Adapter.NamedParameters, other.Adapter.NamedParameters).ToList();
        foreach (var (one, two, _) in pairs)
            Require.Same(one.Parameter, two.Parameter, $"{one.Key} from one seed");
        // Constant initial values are the same for all seeds.
        var isDrawn = pairs.Exists(pair => pair.First.Parameter.numel() > 1
            && pair.First.Parameter.max().item<float>() > pair.First.Parameter.min().item<float>());
        Require.That(!isDrawn || pairs.Exists(
            pair => !Require.IsSame(pair.First.Parameter, pair.Third.Parameter)), "another seed gives the same weights");
    }

    private static void DetachedLeavesNothing(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        subject.Model.Detach();
        Require.That(subject.Model.Sites.All(site => site.Point.IsEmpty), "a site still has a method");
        Require.Equal(subject.Model.HeadParameters.Select(pair => pair.Name), subject.Model.TrainableParameters.Select(
            pair => pair.Name), "the head and what is trained");
        Require.Same(subject.Forward(), subject.Base, "detached outputs and the backbone's");
    }

    private static void OneTokenIsEnough(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        var classifier = TinyEncoder.Classifier(subject.Model.Backbone);
        var inputs = new EncoderInputs(subject.Batch.Ids, subject.Batch.Mask);
        var whole = subject.Model.Run(() => classifier.Logits(classifier.Encoder.call(inputs).LastHidden));
        Require.Near(subject.Forward(), whole, 1e-5, "the method says that it looks at one token at a time, but its results");
    }

    private static void EvaluationIsDeterministic(ConformanceCase of)
    {
        using var subject = new ConformanceSubject(of);
        using var frozen = no_grad();
        Require.Same(subject.Forward(), subject.Forward(), "two passes");
    }
}
