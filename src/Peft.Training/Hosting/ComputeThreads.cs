using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Sets the number of threads that libtorch computes with. Its own default may be a single thread on virtual machines.</summary>
public static class ComputeThreads
{
    /// <summary>The largest number: each thread costs memory, and more threads than cores make no product faster.</summary>
    public static int Most => Math.Max(64, 4 * Environment.ProcessorCount);

    /// <summary>Sets the number of threads for the whole process.</summary>
    /// <param name="threads">The number of threads, of which at most <see cref="Most"/> are used; 0 for one per core.</param>
    public static void Use(int threads) => set_num_threads(threads > 0 ? Math.Min(threads, Most) : Environment.ProcessorCount);
}
