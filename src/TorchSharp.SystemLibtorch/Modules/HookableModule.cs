namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>A module whose forward pass others can watch and change.</summary>
        /// <typeparam name="TPreHook">Called before the forward pass; may replace its input.</typeparam>
        /// <typeparam name="TPostHook">Called after the forward pass; may replace its result.</typeparam>
        public class HookableModule<TPreHook, TPostHook> : Module
        {
            private readonly OrderedDictionary<string, TPreHook> before = [];
            private readonly OrderedDictionary<string, TPostHook> after = [];
            private int hookCount;

            /// <inheritdoc cref="Module(string)"/>
            protected HookableModule(string name)
                : base(name)
            {
            }

            private protected bool HasHooks => before.Count + after.Count > 0;

            private protected IEnumerable<TPreHook> Before => before.Values;

            private protected IEnumerable<TPostHook> After => after.Values;

            /// <summary>Adds a hook after the forward pass.</summary>
            public HookRemover register_forward_hook(TPostHook hook)
            {
                var key = NextKey();
                after.Add(key, hook);
                return new(this, key);
            }

            /// <summary>Adds a hook before the forward pass.</summary>
            public HookRemover register_forward_pre_hook(TPreHook hook)
            {
                var key = NextKey();
                before.Add(key, hook);
                return new(this, key);
            }

            private string NextKey() => (hookCount++).ToString(System.Globalization.CultureInfo.InvariantCulture);

            /// <summary>Takes a hook away again.</summary>
            public class HookRemover
            {
                private readonly HookableModule<TPreHook, TPostHook> module;
                private readonly string key;

                /// <summary>For the hook of that key.</summary>
                public HookRemover(HookableModule<TPreHook, TPostHook> module, string key)
                {
                    this.module = module;
                    this.key = key;
                }

                /// <summary>Takes the hook away.</summary>
                public void remove()
                {
                    module.before.Remove(key);
                    module.after.Remove(key);
                }
            }
        }
    }
}
