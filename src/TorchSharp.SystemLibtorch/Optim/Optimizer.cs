using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Optimisers.</summary>
    public static partial class optim
    {
        /// <summary>Whose learning rate can be set.</summary>
        public interface ILearningRateController
        {
            /// <summary>The learning rate now.</summary>
            double LearningRate { get; set; }

            /// <summary>The learning rate at the start, from which schedules reckon.</summary>
            double InitialLearningRate { get; set; }
        }

        /// <summary>Who has momentum.</summary>
        public interface IMomentum
        {
            /// <summary>The momentum.</summary>
            double Momentum { get; set; }
        }

        /// <summary>Who has the two decay rates of Adam.</summary>
        public interface IBetas
        {
            /// <summary>The decay rates of the mean and of the mean square.</summary>
            (double, double) Betas { get; set; }
        }

        /// <summary>Changes parameters by their gradients.</summary>
        public abstract partial class Optimizer : IDisposable
        {
            /// <summary>The groups of parameters.</summary>
            protected IList<ParamGroup> _parameter_groups = [];

            private protected Optimizer()
            {
            }

            /// <summary>The groups, whose learning rates can be set.</summary>
            public virtual IEnumerable<ILearningRateController> ParamGroups => _parameter_groups;

            /// <summary>All parameters.</summary>
            public virtual IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

            /// <summary>Sets the gradients of all parameters to zero.</summary>
            public virtual void zero_grad()
            {
                foreach (var parameter in parameters())
                    nn.Module.ClearGradient(parameter, setToNone: false);
            }

            /// <summary>Adds a group of parameters.</summary>
            public virtual void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

            /// <summary>One step by the gradients there are.</summary>
            /// <param name="closure">Computes the loss first, with gradients recorded.</param>
            /// <returns>The closure's loss.</returns>
            public virtual Tensor? step(Func<Tensor>? closure = null) => throw new NotSupportedException($"{GetType().Name} has no step.");

            /// <summary>Disposes the optimiser's own tensors.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <inheritdoc cref="Dispose()"/>
            protected virtual void Dispose(bool disposing)
            {
            }

            /// <summary>What an optimiser would need to go on: options by group, state by parameter.</summary>
            public class StateDictionary
            {
                internal StateDictionary()
                {
                }

                /// <summary>The options of each group.</summary>
                public List<OptimizerOptions> Options { get; } = [];

                /// <summary>The state of each parameter, group after group.</summary>
                public List<OptimizerState> State { get; } = [];

                /// <summary>For each group, which entries of <see cref="State"/> are its parameters'.</summary>
                public List<List<int>> StateIndexRef { get; } = [];
            }
        }
    }
}
