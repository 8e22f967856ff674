
namespace Peft.Data.Tests;

public sealed class BatchingTests
{
    private static readonly WordPieceTokenizer s_tokenizer = new(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"]);

    [Fact]
    public void Rows_are_padded_to_the_longest()
    {
        var dataset = new EncodedDataset(
            GlueTasks.Rte, [new("a", "b", 0), new("a b", "a", 1), new("a a a", "b", 1)], s_tokenizer, maxLength: 8);

        var batch = dataset.Gather([1, 0]);

        Assert.Equal((2, 6), (batch.Rows, batch.Length));
        Assert.Equal([2, 5, 6, 3, 5, 3, 2, 5, 3, 6, 3, 0], batch.InputIds);
        Assert.Equal([0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0], batch.TypeIds);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0], batch.AttentionMask);
        Assert.Equal([1, 0], batch.Classes!);
        Assert.Null(batch.Scores);
        Assert.Equal([1, 0], batch.Indices);
    }

    [Fact]
    public void Padding_to_a_multiple_stops_at_the_limit()
    {
        var dataset = new EncodedDataset(
            GlueTasks.Stsb, [new("a", "b", 2.5f), new("a a a a a a a a a", "b", 1)], s_tokenizer, maxLength: 10);

        Assert.Equal(8, dataset.Gather([0], 8).Length);
        Assert.Equal(10, dataset.Gather([1], 8).Length);
        Assert.Equal([2.5f], dataset.Gather([0]).Scores!);
        Assert.Throws<ArgumentException>(() => dataset.Gather([]));
        Assert.Throws<MaxLengthTooSmallException>(() => new EncodedDataset(GlueTasks.Stsb, [new("a", "b", 1)], s_tokenizer, 2));
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(1, 4)]
    [InlineData(103, 8)]
    [InlineData(1000, 32)]
    public void An_epoch_has_every_example_once(int count, int batchSize)
    {
        var sampler = new LengthBucketSampler(
            [.. Enumerable.Range(0, count).Select(i => i * 7 % 31)], batchSize, seed: 3, batchesPerBucket: 5);

        var batches = sampler.Epoch(2);

        Assert.Equal(sampler.BatchCount, batches.Count);
        Assert.Equal(Enumerable.Range(0, count), batches.SelectMany(batch => batch).Order());
        Assert.True(batches.Count(batch => batch.Length < batchSize) <= 1);
    }

    [Fact]
    public void Seed_and_epoch_decide_the_order()
    {
        int[] lengths = [.. Enumerable.Range(0, 500).Select(i => i % 17)];
        var sampler = new LengthBucketSampler(lengths, 16, 5);

        Assert.Equal(sampler.Epoch(3), new LengthBucketSampler(lengths, 16, 5).Epoch(3));
        Assert.NotEqual(sampler.Epoch(3), sampler.Epoch(4));
        Assert.NotEqual(sampler.Epoch(3), new LengthBucketSampler(lengths, 16, 6).Epoch(3));
        Assert.Equal([3, 6, 4, 7, 9, 5, 2, 1, 8, 0], new LengthBucketSampler(new int[10], 10, 1).Epoch(0)[0]);
    }

    [Fact]
    public void Buckets_save_padding()
    {
        int[] lengths = [.. Enumerable.Range(0, 2000).Select(i => 5 + (i * 7919 % 97))];
        int Padding(int perBucket) => new LengthBucketSampler(lengths, 32, 1, perBucket).Epoch(0)
            .Sum(batch => (batch.Max(i => lengths[i]) * batch.Length) - batch.Sum(i => lengths[i]));

        Assert.True(Padding(50) * 5 < Padding(1), $"{Padding(50)} against {Padding(1)}");
    }

    [Fact]
    public void Results_return_to_the_examples_order()
    {
        int[] lengths = [5, 3, 9, 3, 1];

        var batches = LengthBucketSampler.ForEvaluation(lengths, 2);

        Assert.Equal<int[]>([[4, 1], [3, 0], [2]], batches);
        var results = batches.SelectMany(batch => batch).SelectMany(index => new[] { index * 10, index * 10 + 1 }).ToArray();
        Assert.Equal([0, 1, 10, 11, 20, 21, 30, 31, 40, 41], LengthBucketSampler.Restore<int>(batches, results, 2));
        Assert.Throws<ArgumentException>(() => LengthBucketSampler.Restore<int>(batches, results));
    }
}
