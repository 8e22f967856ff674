using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>How many threads libtorch computes with. Its own default may be a single one on virtual machines.</summary>
public static class ComputeThreads
{
    /// <summary>Sets the number of threads for the whole process.</summary>
    /// <param name="threads">The number; 0 for one on each core.</param>
    public static void Use(int threads) => set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
}
