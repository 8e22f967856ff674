using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            /// <summary>The modules directly below, with their names.</summary>
            public virtual IEnumerable<(string name, Module module)> named_children() => ownModules.Select(pair => (pair.Key, pair.Value)).ToList();

            /// <summary>The modules directly below.</summary>
            public virtual IEnumerable<Module> children() => named_children().Select(child => child.module);

            /// <summary>All modules below, with their dotted paths: those directly below first.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                var direct = named_children().ToList();
                foreach (var child in direct)
                    yield return child;
                foreach (var (name, child) in direct)
                {
                    foreach (var (path, module) in child.named_modules())
                        yield return ($"{name}.{path}", module);
                }
            }

            /// <summary>All modules below.</summary>
            public virtual IEnumerable<Module> modules() => named_modules().Select(entry => entry.module);

            /// <summary>The parameters of this module and, if wanted, of all below, with their dotted paths; each parameter once.</summary>
            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                foreach (var (name, parameter) in ownParameters)
                {
                    if (!parameter.IsInvalid && seen.Add(parameter))
                        yield return (name, parameter);
                }
                foreach (var (name, child) in recurse ? named_children() : [])
                {
                    foreach (var (path, parameter) in child.named_parameters(true))
                    {
                        if (seen.Add(parameter))
                            yield return ($"{name}.{path}", parameter);
                    }
                }
            }

            /// <summary>The parameters of this module and, if wanted, of all below.</summary>
            public virtual IEnumerable<Parameter> parameters(bool recurse = true) => named_parameters(recurse).Select(entry => entry.parameter);

            /// <summary>The buffers of this module and, if wanted, of all below, with their dotted paths; each buffer once.</summary>
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
                foreach (var (name, (tensor, persistent)) in ownBuffers)
                {
                    if ((persistent || include_nonpersistent) && !tensor.IsInvalid && seen.Add(tensor))
                        yield return (name, tensor);
                }
                foreach (var (name, child) in recurse ? named_children() : [])
                {
                    foreach (var (path, buffer) in child.named_buffers(true, include_nonpersistent))
                    {
                        if (seen.Add(buffer))
                            yield return ($"{name}.{path}", buffer);
                    }
                }
            }

            /// <summary>The buffers of this module and, if wanted, of all below.</summary>
            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(entry => entry.buffer);

            /// <summary>The parameter at a dotted path; null where there is none.</summary>
            public virtual Parameter? get_parameter(string target) => named_parameters().FirstOrDefault(entry => entry.name == target).parameter;

            /// <summary>The buffer at a dotted path; null where there is none.</summary>
            public virtual Tensor? get_buffer(string target) => named_buffers().FirstOrDefault(entry => entry.name == target).buffer;

            /// <summary>Whether there is a parameter at the dotted path.</summary>
            public virtual bool has_parameter(string target) => get_parameter(target) is not null;

            /// <summary>Whether there is a buffer at the dotted path.</summary>
            public virtual bool has_buffer(string target) => get_buffer(target) is not null;
        }
    }
}
