namespace Peft.Data;

/// <summary>The words of the built-in task: each is one piece in the vocabularies of BERT and of the built-in backbone.</summary>
internal static class VerdictLexicon
{
    public static readonly string[] Things =
    [
        "film", "story", "music", "food", "service", "room", "hotel", "book", "game", "team", "show", "actor", "house", "garden", "city",
        "school",
        "car", "phone", "song", "voice", "teacher", "doctor", "friend", "dog", "kitchen", "wine", "coffee", "fish", "market", "road",
            "train", "ship",
    ];

    public static readonly string[] Praise =
    [
        "good", "great", "excellent", "wonderful", "beautiful", "perfect", "brilliant", "lovely", "superb", "charming", "fine", "nice",
        "amazing",
        "fantastic", "delightful", "impressive",
    ];

    public static readonly string[] Blame =
    [
        "bad", "terrible", "awful", "horrible", "poor", "boring", "ugly", "weak", "stupid", "dull", "disappointing", "sad", "annoying",
        "pathetic",
        "ridiculous", "bland",
    ];

    public static readonly string[] Negations = ["not", "never", "hardly"];

    public static readonly string[] Degrees = ["", "", "very ", "really ", "quite "];

    public static readonly string[] Links = ["but", "and", "while"];

    public static readonly string[] Verbs = ["was", "seemed"];
}
