using System.Reflection;
using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        /// <summary>
        /// What has parameters, buffers and sub-modules. A derived class calls <see cref="RegisterComponents"/> at the end of its constructor: fields become components.
        /// What is registered belongs to the module and leaves its dispose scope.
        /// </summary>
        public partial class Module : IDisposable
        {
            private readonly OrderedDictionary<string, Parameter> ownParameters = [];
            private readonly OrderedDictionary<string, (Tensor Tensor, bool Persistent)> ownBuffers = [];
            private readonly OrderedDictionary<string, Module> ownModules = [];
            private bool registered;
            private bool isTraining = true;

            /// <summary>The module's own name.</summary>
            protected string name;

            /// <summary>A module in training mode, without components.</summary>
            protected Module(string name) => this.name = name;

            /// <summary>Whether the module is in training mode.</summary>
            public virtual bool training => isTraining;

            /// <summary>The module's own name.</summary>
            public virtual string GetName() => name;

            /// <summary>Sets training mode, here and below.</summary>
            public virtual void train(bool train = true)
            {
                isTraining = train;
                foreach (var (_, child) in named_children())
                    child.train(train);
            }

            /// <summary>Sets evaluation mode, here and below.</summary>
            public virtual void eval() => train(false);

            /// <summary>Calls the function on every module below and then on this one.</summary>
            public virtual Module apply(Action<Module> fn)
            {
                foreach (var (_, child) in named_children())
                    child.apply(fn);
                fn(this);
                return this;
            }

            /// <summary>Drops the gradients, or sets them to zero.</summary>
            public virtual void zero_grad(bool set_to_none = true)
            {
                foreach (var parameter in parameters())
                    ClearGradient(parameter, set_to_none);
            }

            /// <summary>Adds a parameter of the module.</summary>
            /// <exception cref="ArgumentNullException">There is none.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_parameter(string name, Parameter param)
            {
                ArgumentNullException.ThrowIfNull(param);
                param.DetachFromDisposeScope();
                if (!ownParameters.TryAdd(name, param))
                    throw new InvalidOperationException($"Parameter {name} is already registered.");
            }

            /// <summary>Adds a tensor that is saved with the module, if persistent, but not learnt.</summary>
            /// <exception cref="ArgumentNullException">There is none.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_buffer(string name, Tensor tensor, bool persistent = true)
            {
                ArgumentNullException.ThrowIfNull(tensor);
                tensor.DetachFromDisposeScope();
                if (!ownBuffers.TryAdd(name, (tensor, persistent)))
                    throw new InvalidOperationException($"Tensor {name} is already registered.");
            }

            /// <summary>Adds a module below this one.</summary>
            /// <exception cref="ArgumentException">The name is empty or has a dot.</exception>
            /// <exception cref="InvalidOperationException">The name is taken.</exception>
            public virtual void register_module(string name, Module submodule)
            {
                if (submodule is null)
                {
                    ownModules.Remove(name);
                    return;
                }
                if (string.IsNullOrEmpty(name) || name.Contains('.'))
                    throw new ArgumentException($"A module's name must not be empty nor have a dot, but is '{name}'.", nameof(name));
                submodule.RegisterComponents();
                if (!ownModules.TryAdd(name, submodule))
                    throw new InvalidOperationException($"Sub-module {name} is already registered.");
            }

            /// <inheritdoc cref="register_module(string, Module)"/>
            public void add_module(string name, Module module) => register_module(name, module);

            /// <summary>Registers the fields that hold modules, parameters and other tensors (as buffers), under the fields' names. Once only.</summary>
            protected virtual void RegisterComponents()
            {
                if (registered)
                    return;
                registered = true;
                foreach (var field in GetType().GetFields(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Instance))
                {
                    var key = FieldInfoExtensionMethods.ComponentName(field);
                    switch (field.GetValue(this))
                    {
                        case Module module when !ownModules.ContainsKey(key):
                            register_module(key, module);
                            break;
                        case Parameter parameter when !ownParameters.ContainsKey(key):
                            register_parameter(key, parameter);
                            break;
                        case Tensor tensor and not Modules.Parameter when !ownBuffers.ContainsKey(key):
                            register_buffer(key, tensor);
                            break;
                    }
                }
            }

            /// <summary>For a module that registers its components itself, under other names than its fields'.</summary>
            private protected void ComponentsAreRegistered() => registered = true;

            /// <summary>Forgets the modules below this one.</summary>
            protected void ClearModules() => ownModules.Clear();

            /// <summary>Forgets the module's own parameters.</summary>
            private protected void ClearParameters() => ownParameters.Clear();

            /// <summary>Disposes parameters, buffers and the modules below.</summary>
            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            /// <inheritdoc cref="Dispose()"/>
            protected virtual void Dispose(bool disposing)
            {
                if (!disposing)
                    return;
                foreach (var (tensor, _) in ownBuffers.Values)
                    tensor.Dispose();
                foreach (var parameter in ownParameters.Values)
                    parameter.Dispose();
                foreach (var module in ownModules.Values)
                    module.Dispose();
            }

            /// <summary>Drops a tensor's gradient, or sets it to zero.</summary>
            internal static void ClearGradient(Tensor tensor, bool setToNone)
            {
                if (setToNone)
                {
                    tensor.grad = null;
                    return;
                }
                using var gradient = tensor.grad;
                gradient?.detach_().zero_();
            }
        }
    }
}
