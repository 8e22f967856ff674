// Trains LoRA, and then a mixture of LoRAs, on a backbone that Peft has never heard of; data are random.
//   dotnet run --project examples/ForeignBackbone
using ForeignBackbone;
using Peft;
using Peft.Methods;
using TorchSharp;
using static TorchSharp.torch;

foreach (var mixture in (MixtureOptions?[])[null, new MixtureOptions { Experts = 3 }])
{
    manual_seed(1);
    using var scope = NewDisposeScope();
    using var model = new PeftModel(new DistilClassifier(), DistilClassifier.HeadName);
    var backbone = (DistilClassifier)model.Backbone;
    var adapter = model.Attach(AdapterSpec.Of<Lora>(mixture, ("rank", 4)), seed: 1);
    var (ids, labels) = (randint(0, 50, [16, 8]), randint(0, 3, [16]));
    using var optimizer = optim.AdamW(model.TrainableParameters.Select(pair => pair.Parameter), lr: 0.01);
    Console.WriteLine($"{adapter.Spec.Expression}: {adapter.TrainedCount} trained, {adapter.MergedCount} at inference");
    backbone.train();
    for (var step = 0; step <= 30; step++)
    {
        using var stepScope = NewDisposeScope();
        optimizer.zero_grad();
        var (loss, _) = MixtureObjective.Loss(model, () => backbone.call(ids), logits => nn.functional.cross_entropy(logits, labels));
        Backward.Run(loss);
        optimizer.step();
        if (step % 10 == 0)
            Console.WriteLine($"  step {step}: loss {loss.ToDouble():F3}");
    }

    backbone.eval();
    using var frozen = no_grad();
    var adapted = model.Run(() => backbone.call(ids));
    model.Merge();
    Console.WriteLine($"  merged: outputs differ by {(backbone.call(ids) - adapted).abs().max().ToDouble():E1}");
}
