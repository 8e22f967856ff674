using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>Sets the number of threads that libtorch computes with. Its own default may be a single thread on virtual machines.</summary>
public static class ComputeThreads
{
    /// <summary>Sets the number of threads for the whole process.</summary>
    /// <param name="threads">The number of threads; 0 for one per core.</param>
    public static void Use(int threads) => set_num_threads(threads > 0 ? threads : Environment.ProcessorCount);
}
