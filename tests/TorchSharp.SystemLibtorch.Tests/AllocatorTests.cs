using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

/// <summary>The CPU allocator of the shim (native/allocator.cpp): blocks are kept for the next tensor, and never more than was once live.</summary>
public sealed class AllocatorTests
{
    [Fact]
    public void Blocks_used_again_never_overlap_what_is_live()
    {
        var random = new Random(3);
        var live = new List<(Tensor Tensor, float Value)>();
        for (var round = 0; round < 400; round++)
        {
            var value = (float)round;
            live.Add((full(random.Next(1, 600_000), value), value));
            if (live.Count > 12)
            {
                var at = random.Next(live.Count);
                live[at].Tensor.Dispose();
                live.RemoveAt(at);
            }
        }

        Assert.All(live, entry => Assert.True(entry.Tensor.eq(entry.Value).all().ToBoolean()));
        live.ForEach(entry => entry.Tensor.Dispose());
    }

    [Fact]
    public void Memory_stays_within_what_was_live_at_one_time()
    {
        var random = new Random(4);
        const int LiveBytes = 64 << 20;
        void Round()
        {
            // Sizes differ every time, as with batches of different lengths: nothing fits exactly.
            using var scope = NewDisposeScope();
            for (var bytes = 0; bytes < LiveBytes;)
            {
                var count = random.Next(100_000, 2_000_000);
                _ = ones(count);
                bytes += count * sizeof(float);
            }
        }

        Round();
        var before = Environment.WorkingSet;
        for (var i = 0; i < 40; i++)
            Round();
        Assert.InRange(Environment.WorkingSet - before, long.MinValue, LiveBytes / 2);
    }

    [Fact]
    public void Kept_memory_can_be_given_back()
    {
        using (ones(16 << 20))
        {
        }

        var kept = Environment.WorkingSet;
        TorchSharp.Core.Native.peft_release_kept_memory();
        Assert.InRange(kept - Environment.WorkingSet, 48 << 20, long.MaxValue);
    }

    [Fact]
    public void Threads_share_it()
    {
        Parallel.For(0, 8, worker =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var mine = full(200_000 + i, (float)worker);
                Assert.True(mine.eq((float)worker).all().ToBoolean());
            }
        });
    }
}
