namespace Peft.Generators.Tests;

/// <summary>Sources that several tests use.</summary>
internal static class Sources
{
    public const string AllOptions = GeneratorHarness.Usings
        + """
        namespace Sample;

        /// <summary>How.</summary>
        public enum Way
        {
            /// <summary>One.</summary>
            One,

            /// <summary>Two.</summary>
            Two,
        }

        /// <summary>Has <see cref="OptionAttribute"/>s of &lt;all&gt; types. And more.</summary>
        [PeftMethod("all-options-2")]
        [InjectAt(Site.FeedForwardUp)]
        public sealed partial class AllOptions : ProjectionMethod
        {
            /// <summary>Whole.</summary>
            [Option(Min = -1, Max = 1e300, Description = "a \"whole\" number")]
            public int Whole { get; init; } = 3;

            /// <summary>Real.</summary>
            [Option(Min = 0.1)]
            public double Real { get; set; } = 0.25;

            /// <summary>Flag.</summary>
            [Option]
            public bool Flag { get; init; } = true;

            [Option]
            internal string @class { get; init; } = "text";

            /// <summary>Way.</summary>
            [Option]
            public Way Way { get; init; } = Way.Two;

            /// <inheritdoc/>
            protected override Tensor Apply(Tensor x, Tensor y) => y;
        }
        """;

    public const string Shapes = GeneratorHarness.Usings
        + """
        namespace Sample;

        [PeftMethod("shapes")]
        [InjectAt(Site.Query)]
        internal sealed partial class Shapes : ProjectionMethod
        {
            private readonly int _taken = 2;

            private int @int => _taken;

            private string Describe => "";

            [Trainable(" 2*int , 3 ")]
            private partial Tensor Taken { get; }

            [Trainable("In*Out", Init = Init.Normal, Std = 1e-3, Group = "wide")]
            internal partial Tensor Wide { get; }

            [Trainable("1", Init = Init.Ones)]
            partial Tensor @class { get; }

            protected override Tensor Apply(Tensor x, Tensor y) => Describe.Length > 0 ? Taken : Wide + @class;
        }
        """;
}
