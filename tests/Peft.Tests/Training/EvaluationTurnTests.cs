using System.Text.Json;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Evaluations hand over to other runs between batches.</summary>
public sealed class EvaluationTurnTests : IDisposable
{
    private readonly OwnRun _run = new();

    public void Dispose() => _run.Dispose();

    public static TheoryData<string> Tasks { get; } = ["classification", "tokens", "completion", "pretraining"];

    [Theory, MemberData(nameof(Tasks))]
    public void A_waiting_run_has_its_turn_before_an_evaluation_ends(string task)
    {
        using var trained = Train(task);
        var session = trained.OpenSession();
        var hasRun = false;
        var other = new Thread(() =>
        {
            using var turn = ComputeTurn.BetweenSteps(CancellationToken.None);
            hasRun = true;
        });
        using (ComputeTurn.Begin(trained.Result.Settings, CancellationToken.None))
        {
            other.Start();
            Assert.True(SpinWait.SpinUntil(() => (other.ThreadState & ThreadState.WaitSleepJoin) != 0, TimeSpan.FromMinutes(1)));
            session.Evaluate(1, 0);
            Assert.True(hasRun);
        }

        other.Join();
    }

    private TrainedModel Train(string task)
    {
        var lines = Enumerable.Range(0, 24).Select(at => (string[])(task switch
        {
            "tokens" => ["Anna\tB-PER", "visits\tO", $"{(at % 2 == 0 ? "Rome" : "Oslo")}\tB-LOC", ""],
            "completion" => [JsonSerializer.Serialize(new { prompt = $"where is {at}?", completion = "The place is in the city." })],
            "pretraining" => [$"the old mill by the river has {at % 5} wheels and a bridge"],
            _ => [$"the {(at % 2 == 0 ? "bill was too high" : "parcel came late")} {at},{(at % 2 == 0 ? "billing" : "delivery")}"],
        })).SelectMany(row => row).ToList();
        if (task == "classification")
            lines.Insert(0, "text,label");
        var ending = task switch { "tokens" => "conll", "completion" => "jsonl", "pretraining" => "txt", _ => "csv" };
        var (train, held) = (_run.Write($"train.{ending}", lines), _run.Write($"held.{ending}", lines));
        _run.Train("run", new TrainingOptions
        {
            Task = task, Backbone = "builtin", Train = train, Dev = held, Test = held, MaxSteps = 1, BatchSize = 8, MaxLength = 24,
        });
        return _run.Load("run");
    }
}
