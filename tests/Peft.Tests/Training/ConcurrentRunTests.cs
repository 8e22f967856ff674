using System.Diagnostics;
using Peft.Training;

namespace Peft.Tests.Training;

/// <summary>Runs of one process at the same time: each gives the bits that it gives alone.</summary>
public sealed class ConcurrentRunTests
{
    private static TrainingOptions Options { get; } =
        Watching.Short with { Method = "adamix(lora)", TrainLimit = 48, Epochs = 2, LearningRate = 1e-3 };

    [Fact]
    public async Task Runs_at_once_give_the_losses_that_each_gives_alone()
    {
        TrainingOptions[] runs = [Options with { Seed = 1 }, Options with { Seed = 2 }, Options with { Seed = 3, Method = "houlsby" }];
        var alone = runs.Select(Losses).ToArray();
        Assert.NotEqual(alone[0], alone[1]);
        var together = await Task.WhenAll(runs.Select(run => Task.Factory.StartNew(() => Losses(run), TaskCreationOptions.LongRunning)));
        Assert.Equal(alone, together);
    }

    [Fact]
    public void A_run_inside_the_observer_of_another_leaves_that_one_as_it_is_alone()
    {
        var inner = Options with { Seed = 5, Threads = 2 };
        var (alone, innerAlone) = (Losses(Options), Losses(inner));
        List<double>? innerLosses = null;
        var outer = new AtStep(2, () => innerLosses = Losses(inner));
        var losses = Run(Options, outer);
        Assert.Equal(alone, losses);
        Assert.Equal(innerAlone, innerLosses);
    }

    [Fact]
    public void After_a_run_the_precision_of_products_is_the_one_before()
    {
        MatrixPrecision.Use("high");
        try
        {
            Losses(Options with { MatmulPrecision = "medium", MaxSteps = 1 });
            Assert.Equal("high", MatrixPrecision.Current);
        }
        finally
        {
            MatrixPrecision.Use(MatrixPrecision.Highest);
        }
    }

    [Fact]
    public async Task The_gate_is_handed_over_in_the_order_of_asking_and_a_cancelled_wait_leaves_it()
    {
        var gate = new FairGate();
        gate.Enter(CancellationToken.None);
        using var stop = new CancellationTokenSource();
        var order = new List<int>();
        var cancelled = Task.Factory.StartNew(() => gate.Enter(stop.Token), TaskCreationOptions.LongRunning);
        await Until(() => gate.WaitingCount == 1);
        var waiting = new List<Task>();
        foreach (var number in (int[])[1, 2, 3])
        {
            waiting.Add(Task.Factory.StartNew(
                () =>
                {
                    gate.Enter(CancellationToken.None);
                    order.Add(number);
                    gate.Exit();
                }, TaskCreationOptions.LongRunning));
            await Until(() => gate.WaitingCount == number + 1);
        }

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Exit();
        await Task.WhenAll(waiting);
        Assert.Equal([1, 2, 3], order);
        gate.Enter(CancellationToken.None); // free again
        gate.Exit();
    }

    private static async Task Until(Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), "what the test waits for has not happened");
            await Task.Delay(5);
        }
    }

    private static List<double> Losses(TrainingOptions options) => Run(options, new Watching());

    private static List<double> Run(TrainingOptions options, Watching watching)
    {
        Watching.Run(options, watching);
        return [.. watching.Steps.Select(step => step.Loss)];
    }

    private static List<double> Run(TrainingOptions options, AtStep observer)
    {
        using var host = Watching.Host();
        Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<FineTuner>(host.Services)
            .Run(options, observer);
        return observer.Losses;
    }

    /// <summary>Does something after a step.</summary>
    private sealed class AtStep(int step, Action action) : ITrainingObserver
    {
        public List<double> Losses { get; } = [];

        public void Started(RunSummary summary)
        {
        }

        public void Evaluated(EpochResult epoch)
        {
        }

        public void Stepped(TrainingProgress progress)
        {
            Losses.Add(progress.Loss);
            if (progress.Step == step)
                action();
        }
    }
}
