using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class ModuleTests
{
    [Fact]
    public void Fields_become_components()
    {
        using var block = new Block();
        Assert.Equal(
            ["scale", "first.weight", "first.bias", "layers.0.weight", "layers.1.weight", "heads.a.weight", "heads.a.bias"],
            block.named_parameters().Select(p => p.name));
        Assert.Equal(["counts", "extra"], block.named_buffers().Select(b => b.name));
        Assert.Equal(["first", "layers", "heads", "layers.0", "layers.1", "heads.a"], block.named_modules().Select(m => m.name));
        Assert.Equal(8, block.state_dict().Count);
        Assert.True(block.has_parameter("layers.1.weight"));
        Assert.Null(block.get_parameter("layers.2.weight"));
        block.eval();
        Assert.DoesNotContain(block.modules(), module => module.training);
        block.train();
        Assert.True(block.training);
    }

    [Fact]
    public void State_is_loaded_strictly_or_not_at_all()
    {
        using var source = new Block();
        using var target = new Block();
        target.load_state_dict(source.state_dict());
        Check.Same(source.call(ones(2)), target.call(ones(2)));

        var state = target.state_dict();
        var bad = new Dictionary<string, Tensor>(source.state_dict()) { ["counts"] = ones(4), ["scale"] = zeros(2) };
        var before = target.get_parameter("scale")!.clone();
        var shape = Assert.Throws<ArgumentException>(() => target.load_state_dict(bad));
        Assert.Contains("'counts' has shape [3], but the loaded one has [4]", shape.Message);
        Check.Same(before, target.get_parameter("scale")!);

        bad.Remove("counts");
        bad["unknown"] = ones(1);
        bad["scale"] = zeros(2);
        var names = Assert.Throws<InvalidOperationException>(() => target.load_state_dict(bad));
        Assert.Contains("missing [counts], unexpected [unknown]", names.Message);
        var (missing, unexpected) = target.load_state_dict(bad, strict: false);
        Assert.Equal(["counts"], missing);
        Assert.Equal(["unknown"], unexpected);
        target.load_state_dict(bad, skip: ["counts", "unknown"]);
    }

    [Fact]
    public void Conversion_keeps_the_objects()
    {
        using var block = new Block();
        var scale = block.get_parameter("scale")!;
        Assert.Same(block, block.to(bfloat16));
        Assert.Same(scale, block.get_parameter("scale"));
        Assert.Equal(bfloat16, scale.dtype);
        Assert.True(scale.requires_grad && scale.is_leaf);
        Assert.Equal(int64, block.get_buffer("counts")!.dtype);
        block.@double();
        block.call(ones(2, float64)).sum().backward();
        Assert.Equal(float64, scale.grad!.dtype);
        block.@float();
        Assert.Equal(float32, scale.grad!.dtype);
        block.zero_grad();
        Assert.Null(scale.grad);
    }

    [Fact]
    public void Hooks_see_and_change()
    {
        using var layer = nn.Linear(2, 2, hasBias: false);
        var before = layer.register_forward_pre_hook((_, x) => x * 2);
        var after = layer.register_forward_hook((_, _, y) => y + 1);
        Check.Same(layer.forward(ones(2)) * 2 + 1, layer.call(ones(2)));
        before.remove();
        after.remove();
        Check.Same(layer.forward(ones(2)), layer.call(ones(2)));
    }

    [Fact]
    public void Collections_follow_their_contents()
    {
        using var list = nn.ModuleList<Linear>(nn.Linear(1, 1), nn.Linear(1, 1));
        list.RemoveAt(0);
        list.Add(nn.Linear(1, 1));
        Assert.Equal(["0.weight", "0.bias", "1.weight", "1.bias"], list.named_parameters().Select(p => p.name));
        using var parameters = nn.ParameterDict(("a", nn.Parameter(ones(1))), ("b", nn.Parameter(ones(1), false)));
        parameters.Remove("a");
        Assert.Equal(["b"], parameters.named_parameters().Select(p => p.name));
        Assert.Throws<InvalidOperationException>(() => list.register_module("0", nn.Linear(1, 1)));
        Assert.Throws<ArgumentException>(() => list.register_module("a.b", nn.Linear(1, 1)));
    }

    [Fact]
    public void Initial_values_have_their_ranges()
    {
        using var layer = nn.Linear(100, 50);
        Assert.True(layer.weight.abs().max().ToDouble() <= 0.1);
        Assert.InRange(layer.weight.std().ToDouble(), 0.054, 0.062);
        using var table = nn.Embedding(10, 4, padding_idx: 1);
        Assert.Equal(0, table.weight[1].abs().sum().ToDouble());
        Check.Same(table.weight[3], table.call(tensor(3L)));
        var weight = empty(64, 32);
        nn.init.trunc_normal_(weight, std: 0.5, a: -0.6, b: 0.6);
        Assert.True(weight.abs().max().ToDouble() <= 0.6);
        nn.init.orthogonal_(weight);
        Check.Same(eye(32), weight.T.matmul(weight), 1e-5);
        nn.init.xavier_uniform_(weight);
        Assert.True(weight.abs().max().ToDouble() <= Math.Sqrt(6.0 / 96));
        nn.init.kaiming_normal_(weight, nonlinearity: nn.init.NonlinearityType.ReLU);
        Assert.InRange(weight.std().ToDouble(), 0.23, 0.27);
    }

    private sealed class Block : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter scale = nn.Parameter(ones(2));
        private readonly Linear first = nn.Linear(2, 2);
        private readonly ModuleList<Linear> layers = nn.ModuleList<Linear>(nn.Linear(2, 2, false), nn.Linear(2, 2, false));
        private readonly ModuleDict<Linear> heads = nn.ModuleDict(("a", nn.Linear(2, 2)));

        [ComponentName(Name = "counts")]
        private readonly Tensor numbers = arange(3);

        public Block()
            : base(nameof(Block))
        {
            RegisterComponents();
            register_buffer("extra", ones(1), persistent: false);
        }

        public override Tensor forward(Tensor input)
        {
            var x = first.call(input) * scale;
            foreach (var layer in layers)
                x = layer.call(x);
            return heads["a"].call(x) + numbers.sum();
        }
    }
}
