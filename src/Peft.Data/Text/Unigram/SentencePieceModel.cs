using System.Text;
using Google.Protobuf;

namespace Peft.Data;

/// <summary>What is read from a file of sentencepiece: the pieces of a Unigram model and its normalisation.</summary>
/// <param name="Pieces">The pieces in the order of their numbers, with their scores (log-probabilities).</param>
/// <param name="Map">The map of characters that normalises a text; null for none.</param>
/// <param name="AddsPrefix">Whether a blank is put in front of a text.</param>
/// <param name="CollapsesBlanks">Whether blanks at the ends are removed and others joined.</param>
internal sealed record SentencePieceModel(
    IReadOnlyList<(string Text, float Score, PieceKind Kind)> Pieces, CharacterMap? Map, bool AddsPrefix, bool CollapsesBlanks)
{
    /// <summary>The largest number of pieces, above that of any published vocabulary.</summary>
    public const int MaxPieces = 1 << 21;

    private const int PiecesField = 1, TrainerField = 2, NormalizerField = 3, Unigram = 1;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a file.</summary>
    /// <exception cref="SentencePieceException">It is not sentencepiece's, or asks for what is not implemented.</exception>
    /// <exception cref="FileTooLargeException">It is larger than any file of its kind.</exception>
    public static SentencePieceModel Read(string path)
    {
        try
        {
            return Parse(path, new CodedInputStream(RegularFile.Read(path, RegularFile.MaxVocabulary)));
        }
        catch (InvalidProtocolBufferException problem)
        {
            throw new SentencePieceException(path, $"is cut off or is no file of sentencepiece ({problem.Message.TrimEnd('.')}); fetch it "
                + "again", problem);
        }
    }

    private static SentencePieceModel Parse(string path, CodedInputStream input)
    {
        var pieces = new List<(string, float, PieceKind)>();
        var (map, addsPrefix, collapses) = ((CharacterMap?)null, true, true);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case PiecesField when IsBytes(tag):
                    if (pieces.Count == MaxPieces)
                        throw new SentencePieceException(path, $"has more than {MaxPieces:N0} pieces, more than any published vocabulary; "
                            + "give the model's own file");
                    pieces.Add(Piece(path, pieces.Count, Inner(input)));
                    break;
                case TrainerField when IsBytes(tag):
                    CheckTrainer(path, Inner(input));
                    break;
                case NormalizerField when IsBytes(tag):
                    (map, addsPrefix, collapses) = Normalizer(path, Inner(input));
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return pieces.Count > 0 ? new SentencePieceModel(pieces, map, addsPrefix, collapses)
            : throw new SentencePieceException(path, "has no pieces; expected a model of sentencepiece");
    }

    private static bool IsBytes(uint tag) => WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited;

    private static CodedInputStream Inner(CodedInputStream input) => input.ReadBytes().CreateCodedInput();

    private static (string, float, PieceKind) Piece(string path, int index, CodedInputStream input)
    {
        var (text, score, kind) = ("", 0f, PieceKind.Normal);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (1, WireFormat.WireType.LengthDelimited):
                    text = Text(path, index, input.ReadBytes());
                    break;
                case (2, WireFormat.WireType.Fixed32):
                    score = input.ReadFloat();
                    break;
                case (3, WireFormat.WireType.Varint):
                    kind = (PieceKind)input.ReadEnum();
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        if (text.Length == 0 || !float.IsFinite(score))
            throw new SentencePieceException(path, $"piece {index} is empty or has no finite score; fetch the file again");
        return kind is PieceKind.Normal or PieceKind.Unknown or PieceKind.Control or PieceKind.Unused
            ? (text, score, kind)
            : throw new SentencePieceException(path, $"piece {index}, '{Excerpt.Cut(text)}', is of kind {kind}, which is not implemented; "
                + "expected pieces as XLM-RoBERTa's: normal, unknown, control or unused ones");
    }

    private static string Text(string path, int index, ByteString bytes)
    {
        try
        {
            return s_strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException problem)
        {
            throw new SentencePieceException(path, $"piece {index} is not UTF-8; fetch the file again", problem);
        }
    }

    private static void CheckTrainer(string path, CodedInputStream input)
    {
        while (input.ReadTag() is var tag and not 0)
        {
            var value = WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? input.ReadUInt64() : (ulong?)null;
            if (value is null)
                input.SkipLastField();
            var problem = (WireFormat.GetTagFieldNumber(tag), value) switch
            {
                (3, not null and not Unigram) => "its model is not Unigram",
                (24, > 0) => "blanks are marked at the end of words (treat_whitespace_as_suffix)",
                (35, > 0) => "unknown characters are split into bytes (byte_fallback)",
                _ => null,
            };
            if (problem is not null)
                throw new SentencePieceException(path, $"{problem}, which is not implemented; expected a model as XLM-RoBERTa's");
        }
    }

    private static (CharacterMap? Map, bool AddsPrefix, bool Collapses) Normalizer(string path, CodedInputStream input)
    {
        var (map, addsPrefix, collapses) = ((CharacterMap?)null, true, true);
        while (input.ReadTag() is var tag and not 0)
        {
            switch (WireFormat.GetTagFieldNumber(tag), WireFormat.GetTagWireType(tag))
            {
                case (2, WireFormat.WireType.LengthDelimited):
                    var bytes = input.ReadBytes();
                    map = bytes.IsEmpty ? null : new CharacterMap(bytes.Span, path);
                    break;
                case (3, WireFormat.WireType.Varint):
                    addsPrefix = input.ReadBool();
                    break;
                case (4, WireFormat.WireType.Varint):
                    collapses = input.ReadBool();
                    break;
                case (5, WireFormat.WireType.Varint):
                    if (!input.ReadBool())
                        throw new SentencePieceException(path, "blanks are not marked (escape_whitespaces is off), which is not "
                            + "implemented; expected a model as XLM-RoBERTa's");
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }

        return (map, addsPrefix, collapses);
    }
}

/// <summary>The kinds of pieces in a file of sentencepiece.</summary>
internal enum PieceKind
{
    Normal = 1,
    Unknown = 2,
    Control = 3,
    UserDefined = 4,
    Unused = 5,
    Byte = 6,
}

/// <summary>A file of sentencepiece cannot be read, or asks for what is not implemented.</summary>
public sealed class SentencePieceException : TextException
{
    internal SentencePieceException(string path, string problem, Exception? inner = null) : base($"{path}: {problem}.", inner) { }
}
