namespace Peft.Training;

/// <summary>Lets every batch of an optimiser step that accumulates gradients sample the routes that one large batch would sample.</summary>
internal sealed class StepRoutes
{
    private readonly List<(Router Router, ulong State)> _routers;

    /// <summary>Records the states of the routers.</summary>
    /// <param name="model">The model. Mixtures that route rows or tokens are left out: their routes are independent of the batch.</param>
    public StepRoutes(PeftModel model) =>
        _routers = [.. model.Adapters.Active.Select(name => model.Adapters[name])
            .Where(adapter => adapter.Router is not null && adapter.Spec.Mixture!.Routing == RoutingPolicy.Stochastic)
            .Select(adapter => (adapter.Router!, adapter.Router!.State))];

    /// <summary>Restores the recorded states.</summary>
    public void Rewind()
    {
        foreach (var (router, state) in _routers)
            router.State = state;
    }
}
