namespace Peft.Data;

/// <summary>A reason why customers write, and sentences that express it.</summary>
/// <param name="Label">The class's name.</param>
/// <param name="Share">How many of 100 tickets have it.</param>
/// <param name="Asks">Sentences that ask for it. The last two occur in development tickets alone.</param>
/// <param name="Settled">Sentences about an earlier case of it that needs no answer. They occur in tickets of other intents.</param>
internal sealed record TicketIntent(string Label, int Share, string[] Asks, string[] Settled)
{
    /// <summary>How many of <see cref="Asks"/>, counted from the end, occur in development tickets only.</summary>
    public const int HeldOutAsks = 2;
}
