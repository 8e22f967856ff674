using System.Diagnostics;
using System.Globalization;
using static TorchSharp.torch;

namespace Peft.Benchmarks;

/// <summary>Nanoseconds of a 4 x 4 add whose result dies with its scope, as in a training step; the best of several rounds: the C# side of add.sh.</summary>
internal static class AddSpeed
{
    private const int Rounds = 15, Scopes = 2_000, CallsInScope = 100;

    public static int Run()
    {
        set_num_threads(1);
        var a = rand(4, 4);
        var best = double.MaxValue;
        for (var round = 0; round < Rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            for (var i = 0; i < Scopes; i++)
            {
                using var scope = NewDisposeScope();
                for (var call = 0; call < CallsInScope; call++)
                    _ = a + a;
            }

            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / (Scopes * CallsInScope));
        }

        Console.WriteLine(best.ToString("F1", CultureInfo.InvariantCulture));
        return 0;
    }
}
