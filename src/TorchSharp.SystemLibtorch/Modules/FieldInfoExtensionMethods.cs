using System.Reflection;
using TorchSharp.Utils;

namespace TorchSharp
{
    /// <summary>Names of components.</summary>
    public static class FieldInfoExtensionMethods
    {
        /// <summary>The name under which a module registers the field: its <see cref="ComponentNameAttribute"/>, else the field's own name.</summary>
        public static string ComponentName(this FieldInfo field) => field.GetCustomAttribute<ComponentNameAttribute>()?.Name ?? field.Name;
    }
}

namespace TorchSharp.Utils
{
    /// <summary>Gives a field another name as a component of its module.</summary>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
    public class ComponentNameAttribute : Attribute
    {
        /// <summary>The name to register under.</summary>
        public string? Name { get; set; }
    }
}
