using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class OptimizerTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void AdamW_follows_its_formula(bool amsgrad, bool maximize)
    {
        const double lr = 0.01, beta1 = 0.9, beta2 = 0.99, eps = 1e-8, decay = 0.1;
        var a = nn.Parameter(tensor(new double[] { 1, -2, 3 }));
        var late = nn.Parameter(tensor(new double[] { 0.5 }));
        using var optimiser = optim.AdamW([a, late], lr, beta1, beta2, eps, decay, amsgrad, maximize);
        var plain = new Plain(a.data<double>().ToArray());
        var plainLate = new Plain(late.data<double>().ToArray());
        for (var step = 1; step <= 6; step++)
        {
            var gradient = new[] { 0.1 * step, -1, 2.0 / step };
            a.grad = tensor(gradient);
            plain.Step(gradient, lr, beta1, beta2, eps, decay, amsgrad, maximize);
            // Joins later: its own step count corrects its bias, and until then it is left alone.
            late.grad = step < 3 ? null : tensor(new double[] { step });
            if (step >= 3)
                plainLate.Step([step], lr, beta1, beta2, eps, decay, amsgrad, maximize);
            optimiser.step();
            Check.Near(plain.Values, a, 1e-12);
            Check.Near(plainLate.Values, late, 1e-12);
        }
        var state = (AdamW.State)optimiser.state_dict().State[0];
        Check.Near(plain.Mean, state.exp_avg, 1e-12);
        Check.Near(plain.Square, state.exp_avg_sq, 1e-12);
        Assert.Equal(6, state.step);
        Assert.Equal(4, ((AdamW.State)optimiser.state_dict().State[1]).step);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-6)]
    [InlineData(ScalarType.Float64, 1e-14)]
    public void One_pass_and_operators_agree(ScalarType type, double tolerance)
    {
        manual_seed(5);
        // Larger than what one thread takes, and no multiple of a vector; turned memory goes by operators.
        var start = rand(301, 517, dtype: type) - 0.5;
        var (plain, turned) = (nn.Parameter(start.clone()), nn.Parameter(start.t().contiguous().t()));
        Assert.False(turned.is_contiguous());
        using var optimiser = optim.AdamW([plain, turned], 0.01, weight_decay: 0.1);
        for (var step = 0; step < 4; step++)
        {
            var gradient = rand(301, 517, dtype: type) - 0.5;
            plain.grad = gradient;
            turned.grad = gradient.clone();
            optimiser.step();
        }
        Assert.True((plain - turned).abs().max().ToDouble() < tolerance);
        Assert.True((plain - start).abs().min().ToDouble() > 0);
    }

    [Fact]
    public void A_step_makes_what_autograd_saved_stale()
    {
        var a = nn.Parameter(ones(3));
        using var optimiser = optim.AdamW([a], 0.1);
        var loss = a.pow(2).sum();
        a.grad = ones(3);
        optimiser.step();
        Assert.ThrowsAny<Exception>(() => loss.backward());
    }

    [Fact]
    public void Groups_have_their_own_rates_and_state_survives_scopes()
    {
        var (a, b) = (nn.Parameter(ones(1)), nn.Parameter(ones(1)));
        AdamW optimiser;
        using (var scope = NewDisposeScope())
        {
            optimiser = optim.AdamW([new AdamW.ParamGroup([a], lr: 0.5), new AdamW.ParamGroup { Parameters = [b] }], lr: 0.1);
            scope.Detach(a, b);
        }
        Assert.Equal([0.5, 0.1], optimiser.ParamGroups.Select(g => g.LearningRate));
        foreach (var group in optimiser.ParamGroups)
            group.LearningRate /= 10;
        (a + b).sum().backward();
        using (var scope = NewDisposeScope())
            optimiser.step();
        Check.Near([0.95], a);
        Check.Near([0.99], b);
        optimiser.zero_grad();
        Check.Near([0], a.grad!);

        using var other = optim.AdamW([new AdamW.ParamGroup([a]), new AdamW.ParamGroup([b])]);
        other.load_state_dict(optimiser.state_dict());
        Assert.True(other.state_dict().State[0].ApproximatelyEquals(optimiser.state_dict().State[0]));
        Assert.Equal([0.05, 0.01], other.ParamGroups.Select(g => g.LearningRate));
        Assert.Throws<ArgumentException>(() => optim.AdamW([a]).load_state_dict(optimiser.state_dict()));
        Assert.Throws<ArgumentException>(() => optim.AdamW([a], beta1: 1));
        var first = ((AdamW.State)optimiser.state_dict().State[0]).exp_avg;
        optimiser.Dispose();
        Assert.True(first.IsInvalid);
    }

    [Fact]
    public void Sgd_follows_its_formula()
    {
        var a = nn.Parameter(tensor(new double[] { 1 }));
        using var optimiser = optim.SGD([a], 0.1, momentum: 0.9, weight_decay: 0.5);
        var (value, velocity) = (1.0, 0.0);
        for (var step = 0; step < 4; step++)
        {
            a.grad = tensor(new double[] { 2 });
            optimiser.step();
            velocity = 0.9 * velocity + 2 + 0.5 * value;
            value -= 0.1 * velocity;
            Check.Near([value], a, 1e-12);
        }
    }

    [Fact]
    public void Gradients_are_clipped()
    {
        var (a, b, none) = (nn.Parameter(zeros(2)), nn.Parameter(zeros(1)), nn.Parameter(zeros(1)));
        a.grad = tensor(new float[] { 3, 0 });
        b.grad = tensor(new float[] { -4 });
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b, none], 10), 1e-6);
        Check.Near([3, 0], a.grad!);
        Assert.Equal(5, nn.utils.clip_grad_norm_([a, b, none], 1), 1e-6);
        Check.Near([0.6, 0], a.grad!, 1e-6);
        Check.Near([-0.8], b.grad!, 1e-6);
        Assert.Equal(0.8, nn.utils.clip_grad_norm_([a, b], 1, double.PositiveInfinity), 1e-6);
        nn.utils.clip_grad_value_([a, b, none], 0.5);
        Check.Near([0.5, 0], a.grad!);
        Check.Near([-0.5], b.grad!);
        Assert.Equal(0, nn.utils.clip_grad_norm_([none], 1));
    }

    [Fact]
    public void A_closure_computes_the_loss()
    {
        var a = nn.Parameter(ones(1));
        using var optimiser = optim.AdamW([a], 0.1);
        using var quiet = no_grad();
        var loss = optimiser.step(() =>
        {
            var value = a.pow(2).sum();
            value.backward();
            return value;
        });
        Assert.Equal(1, loss!.ToDouble());
        Check.Near([0.9], a);
    }

    /// <summary>The same in plain numbers.</summary>
    private sealed class Plain(double[] values)
    {
        private readonly double[] largest = new double[values.Length];
        private int step;

        public double[] Values { get; } = values;

        public double[] Mean { get; } = new double[values.Length];

        public double[] Square { get; } = new double[values.Length];

        public void Step(double[] gradient, double lr, double beta1, double beta2, double eps, double decay, bool amsgrad, bool maximize)
        {
            step++;
            for (var i = 0; i < Values.Length; i++)
            {
                var g = maximize ? -gradient[i] : gradient[i];
                Values[i] *= 1 - lr * decay;
                Mean[i] = beta1 * Mean[i] + (1 - beta1) * g;
                Square[i] = beta2 * Square[i] + (1 - beta2) * g * g;
                largest[i] = Math.Max(largest[i], Square[i]);
                var divisor = Math.Sqrt((amsgrad ? largest[i] : Square[i]) / (1 - Math.Pow(beta2, step))) + eps;
                Values[i] -= lr / (1 - Math.Pow(beta1, step)) * Mean[i] / divisor;
            }
        }
    }
}
