namespace Peft.Cli.Verification;

/// <summary>The routes that a case recorded.</summary>
internal static class RecordedRoutes
{
    /// <summary>One [experts, index] for each slot, pass after pass; released codes may leave out what has but one expert.</summary>
    public static IEnumerable<Route> Read(CaseFolder data, Adapter adapter)
    {
        if (!data.Fields.TryGetProperty("routing_picks", out var recorded) || adapter.Router is null)
            return [];
        var picks = recorded.EnumerateArray().Select(pick => (Experts: pick[0].GetInt32(), Index: pick[1].GetInt32())).ToList();
        var leavesOutShared = picks.TrueForAll(pick => pick.Experts > 1);
        int[] routed = [.. Enumerable.Range(0, adapter.Router.Slots.Count)
            .Where(slot => !leavesOutShared || adapter.Router.Slots[slot].Experts > 1)];
        for (var i = 0; i < picks.Count; i++)
        {
            var expected = adapter.Router.Slots[routed[i % routed.Length]].Experts;
            if (picks[i].Experts != expected)
                throw new VerificationException(
                    data.Path, $"routing_picks[{i}] picks from {picks[i].Experts} experts, {expected} were expected there.");
        }

        return picks.Chunk(routed.Length).Select(pass =>
        {
            var indices = new int[adapter.Router.Slots.Count];
            for (var i = 0; i < pass.Length; i++)
                indices[routed[i]] = pass[i].Index;
            return new Route(indices);
        });
    }
}
