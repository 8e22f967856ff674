using Parquet;
using Parquet.Schema;

namespace Peft.Data.Tests;

public sealed class ParquetTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Values_and_lists_of_every_row_group_are_read()
    {
        var file = await Write();
        Assert.Equal(
            [
                ["a", "1", "1.5", "true", "[\"x\",\"y\"]"], [null, null, "2", "false", "[]"], ["c", "3", "-0.25", "true", "[\"z\",null]"],
                ["a", "1", "1.5", "true", "[\"x\",\"y\"]"], [null, null, "2", "false", "[]"], ["c", "3", "-0.25", "true", "[\"z\",null]"],
            ],
            TableText.Rows(file));
        using var table = TableFile.Open(file);
        Assert.Equal(["text", "n", "score", "flag", "labels"], table.Columns);
        Assert.Equal([1L, 2, 3, 4, 5, 6], table.Rows().Select(row => row.Number));
    }

    [Fact]
    public async Task A_compressed_copy_reads_alike()
    {
        var file = await Write();
        using var bytes = new MemoryStream();
        await using (var gzip = new System.IO.Compression.GZipStream(bytes, System.IO.Compression.CompressionLevel.Fastest))
            await gzip.WriteAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);
        Assert.Equal(TableText.Rows(file), TableText.Rows(_folder.Write("b.parquet.gz", bytes.ToArray())));
    }

    [Fact]
    public async Task A_nested_column_is_refused_by_name()
    {
        var file = Path.Combine(_folder.Path, "n.parquet");
        var nested = new StructField("meta", new DataField<string>("a"));
        await using (var stream = File.Create(file))
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(new DataField<string>("text"), nested), stream, cancellationToken: TestContext.Current.CancellationToken))
        {
        }

        Assert.Contains("column 'meta' is nested (Struct)", TableText.Problem(file));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(100)]
    [InlineData(400)]
    public async Task A_file_that_is_not_whole_is_named(int kept)
    {
        var bytes = await File.ReadAllBytesAsync(await Write(), TestContext.Current.CancellationToken);
        Assert.Contains("is not a whole Parquet file", TableText.Problem(_folder.Write("cut.parquet", bytes[..kept])));
    }

    /// <summary>Every byte of the file changed, one at a time: an error of its own, or other values.</summary>
    [Fact]
    public async Task A_changed_byte_is_never_a_crash()
    {
        var bytes = await File.ReadAllBytesAsync(await Write(), TestContext.Current.CancellationToken);
        for (var place = 0; place < bytes.Length; place++)
        {
            byte[] changed = [.. bytes];
            changed[place] ^= 0x5A;
            try
            {
                TableText.Rows(_folder.Write("changed.parquet", changed));
            }
            catch (Exception problem) when (problem is TaskException or NotEnoughMemoryException)
            {
            }
        }
    }

    private async Task<string> Write()
    {
        var file = Path.Combine(_folder.Path, "a.parquet");
        var list = new ListField("labels", new DataField<string>("element"));
        DataField<string> text = new("text");
        DataField<int?> number = new("n");
        DataField<double> score = new("score");
        DataField<bool> flag = new("flag");
        var cancellation = TestContext.Current.CancellationToken;
        await using var stream = File.Create(file);
        await using var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(text, number, score, flag, list), stream, cancellationToken: cancellation);
        for (var group = 0; group < 2; group++)
        {
            using var rows = writer.CreateRowGroup();
            await rows.WriteAsync(text, (string?[])["a", null, "c"]);
            await rows.WriteAsync<int>(number, new int?[] { 1, null, 3 }, cancellationToken: cancellation);
            await rows.WriteAsync<double>(score, new[] { 1.5, 2, -0.25 }, cancellationToken: cancellation);
            await rows.WriteAsync<bool>(flag, new[] { true, false, true }, cancellationToken: cancellation);
            await rows.WriteAllPartsAsync<ReadOnlyMemory<char>>(
                (DataField)list.Item, new[] { "x".AsMemory(), "y".AsMemory(), "z".AsMemory() }, new[] { 3, 3, 1, 3, 2 },
                new[] { 0, 1, 0, 0, 1 }, cancellationToken: cancellation);
        }

        return file;
    }
}
