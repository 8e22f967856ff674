using TorchSharp.Core;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The parameters and persistent buffers, here and below, under their dotted paths: the tensors themselves, no copies.</summary>
            public virtual Dictionary<string, Tensor> state_dict(Dictionary<string, Tensor>? destination = null, string? prefix = null)
            {
                destination ??= [];
                var start = string.IsNullOrEmpty(prefix) ? "" : $"{prefix}.";
                foreach (var (name, parameter) in named_parameters())
                    destination.TryAdd(start + name, parameter);
                foreach (var (name, buffer) in named_buffers(include_nonpersistent: false))
                    destination.TryAdd(start + name, buffer);
                return destination;
            }

            /// <summary>Copies values into the parameters and buffers of the same names. Nothing is changed if something does not fit.</summary>
            /// <returns>The names that the source lacks, and those that this module lacks.</returns>
            /// <exception cref="InvalidOperationException">Strict, and the names differ.</exception>
            /// <exception cref="ArgumentException">A tensor has another shape.</exception>
            public virtual (IList<string> missing_keys, IList<string> unexpected_keyes) load_state_dict(
                Dictionary<string, Tensor> source, bool strict = true, IList<string>? skip = null)
            {
                skip ??= [];
                var target = state_dict();
                var unexpected = source.Keys.Where(key => !skip.Contains(key) && !target.ContainsKey(key)).ToList();
                var missing = target.Keys.Where(key => !skip.Contains(key) && !source.ContainsKey(key)).ToList();
                if (strict && (missing.Count > 0 || unexpected.Count > 0))
                    throw new InvalidOperationException($"The loaded state_dict does not fit {GetName()}: missing [{string.Join(", ", missing)}], unexpected [{string.Join(", ", unexpected)}].");
                var pairs = source.Where(pair => !skip.Contains(pair.Key) && target.ContainsKey(pair.Key)).ToList();
                foreach (var (key, value) in pairs)
                {
                    if (!value.shape.AsSpan().SequenceEqual(target[key].shape))
                        throw new ArgumentException($"'{key}' has shape [{string.Join(", ", target[key].shape)}], but the loaded one has [{string.Join(", ", value.shape)}].", nameof(source));
                }
                using var _ = no_grad();
                foreach (var (key, value) in pairs)
                    target[key].copy_(value);
                return (missing, unexpected);
            }

            /// <summary>Moves and converts. The objects stay the same and get new storage, so that fields and optimisers keep them; only real numbers change type.</summary>
            internal void Move(ScalarType? dtype, Device? device, bool nonBlocking)
            {
                _toEpilog(dtype, device, nonBlocking);
                foreach (var (_, child) in named_children())
                    child.Move(dtype, device, nonBlocking);
            }

            /// <summary>Moves and converts the module's own parameters and buffers.</summary>
            protected virtual void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
            {
                foreach (var (_, parameter) in named_parameters(false))
                    Replace(parameter, dtype, device, non_blocking);
                foreach (var (_, buffer) in named_buffers(false))
                    Replace(buffer, dtype, device, non_blocking);
            }

            private static void Replace(Tensor tensor, ScalarType? dtype, Device? device, bool nonBlocking)
            {
                using var _ = no_grad();
                using var scope = NewDisposeScope();
                var type = dtype is { } wanted && tensor.is_floating_point() ? wanted : tensor.dtype;
                var moved = tensor.detach().to(type, device ?? tensor.device, non_blocking: nonBlocking);
                if (moved.dtype == tensor.dtype && moved.device.Covers(tensor.device))
                    return;
                var gradient = tensor.grad;
                tensor.grad = null;
                Ops.set_data.Run(tensor, moved);
                if (gradient is not null)
                    tensor.grad = gradient.to(type, device ?? tensor.device);
            }
        }
    }
}
