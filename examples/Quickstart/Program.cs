using Peft;
using Peft.Methods;
using Peft.Training;

string[] things = ["film", "food", "hotel", "song", "book", "game", "room", "story"];
var examples = things.SelectMany(thing => new (string Text, string Label)[]
{
    ($"the {thing} was good", "praise"), ($"a wonderful {thing}", "praise"), ($"the {thing} seemed superb", "praise"),
    ($"the {thing} was bad", "blame"), ($"a terrible {thing}", "blame"), ($"the {thing} seemed dull", "blame"),
});

var task = ClassificationTask.FromExamples("opinions", examples);
var tuner = new FineTuner(new MethodRegistry().AddFrom(typeof(Lora).Assembly));
using var model = tuner.Train(task, new TrainingOptions { Backbone = "builtin", Method = "lora", Epochs = 20, BatchSize = 8 });
Console.WriteLine($"{model.Result.PrimaryMetric}: {100 * model.Result.Primary:F1}");

foreach (var answer in model.Predict(["the wine was good", "a terrible market"]))
    Console.WriteLine($"{answer.Text}: {string.Join(", ", answer.Classes.Select(one => $"{one.Label} {one.Probability:F3}"))}");
model.Save("runs/opinions", overwrite: true);
