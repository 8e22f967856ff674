using static TorchSharp.torch;

namespace Peft.Training;

/// <summary>
/// What the options of mixtures change in the course of a training: one expert alone at first (<see cref="MixtureOptions.SplitAt"/>), a
/// consistency term that rises (<see cref="MixtureOptions.ConsistencyRamp"/>), and the learning rate of experts
/// (<see cref="MixtureOptions.ScaleRate"/>). All depend on the step's number alone, so that a resumed run continues alike.
/// </summary>
internal sealed class MixtureSchedule : IDisposable
{
    private readonly List<Scheduled> _mixtures;

    /// <summary>Prepares the mixtures of a model.</summary>
    /// <param name="model">The model with its adapters.</param>
    /// <param name="optimizer">Updates the experts.</param>
    /// <param name="totalSteps">The steps of the run.</param>
    public MixtureSchedule(PeftModel model, Optimizer optimizer, int totalSteps) =>
        _mixtures = [.. model.Adapters.Acting.Where(adapter => adapter.Router is not null)
            .Select(adapter => new Scheduled(adapter, optimizer, totalSteps))];

    /// <summary>Called before each step.</summary>
    /// <param name="step">The number of steps that are done.</param>
    public void BeginStep(int step) => _mixtures.ForEach(mixture => mixture.BeginStep(step));

    /// <summary>
    /// Called before an evaluation, whose weights may be kept: experts that were not trained yet become copies of the first.
    /// </summary>
    public void BeforeEvaluation() => _mixtures.ForEach(mixture => mixture.CopyIfAlone());

    /// <summary>Ends the schedule: all experts are used again.</summary>
    public void Dispose() => _mixtures.ForEach(mixture => mixture.End());

    /// <summary>The schedule of one mixture.</summary>
    private sealed class Scheduled(Adapter adapter, Optimizer optimizer, int totalSteps)
    {
        private readonly MixtureOptions _options = adapter.Spec.Mixture!;
        private readonly Router _router = adapter.Router!;
        private readonly int _split = (int)Math.Ceiling(adapter.Spec.Mixture!.SplitAt * totalSteps);
        private IDisposable? _alone; // while the first expert is trained alone

        public void BeginStep(int step)
        {
            _router.ConsistencyFactor = step < _split ? 0 : Ramp(step);
            if (_options.ScaleRate)
                ScaleRates(isAlone: step < _split);
            if (step < _split)
            {
                _alone ??= _router.Pin(_router.Everywhere(0));
            }
            else if (step == _split && _split > 0)
            {
                Copy(withMeans: true);
                Release();
            }
        }

        public void CopyIfAlone()
        {
            if (_alone is not null)
                Copy(withMeans: false);
        }

        public void End()
        {
            CopyIfAlone();
            Release();
            _router.ConsistencyFactor = 1;
        }

        private void Release()
        {
            _alone?.Dispose();
            _alone = null;
        }

        private double Ramp(int step) =>
            _options.ConsistencyRamp == 0 ? 1 : Math.Min(1, step / (_options.ConsistencyRamp * totalSteps));

        /// <summary>
        /// The expected share of steps in which one of M experts is picked; 1 where each part of a batch picks for itself.
        /// </summary>
        private double Share(int experts) => _options.Routing != RoutingPolicy.Stochastic
            ? 1 : 1 - Math.Pow(1 - (1.0 / experts), _options.Consistency > 0 ? 2 : 1);

        private void ScaleRates(bool isAlone)
        {
            var states = States();
            foreach (var bank in adapter.Banks.Where(bank => bank.Experts.Count > 1))
            {
                foreach (var expert in bank.Experts)
                    states[expert].RateFactor = isAlone ? 1 : 1 / Share(bank.Experts.Count);
            }
        }

        /// <summary>Makes every expert a copy of the first one, at the split with the optimiser's means.</summary>
        private void Copy(bool withMeans)
        {
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            var states = States();
            foreach (var bank in adapter.Banks.Where(bank => bank.Experts.Count > 1))
            {
                var first = states[bank.Experts[0]];
                foreach (var expert in bank.Experts.Skip(1))
                {
                    expert.copy_(bank.Experts[0]);
                    if (!withMeans)
                        continue;
                    states[expert].Mean.copy_(first.Mean);
                    states[expert].Square.copy_(first.Square);
                    states[expert].Steps = first.Steps;
                }
            }
        }

        private Dictionary<object, AdamWState> States() =>
            optimizer.States.ToDictionary(state => (object)state.Parameter, ReferenceEqualityComparer.Instance);
    }
}
