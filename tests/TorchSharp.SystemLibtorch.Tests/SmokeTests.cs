using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class SmokeTests
{
    [Fact]
    public void A_small_network_learns()
    {
        manual_seed(1);
        using var net = nn.Sequential(nn.Linear(4, 16), nn.GELU(), nn.Dropout(0.1), nn.LayerNorm(16), nn.Linear(16, 3));
        using var optimiser = optim.AdamW(net.parameters(), lr: 0.01, weight_decay: 0.01);
        var x = randn(32, 4);
        var y = (x.sum(1) > 0).to(int64);
        double first = 0, last = 0;
        for (var i = 0; i < 50; i++)
        {
            using var scope = NewDisposeScope();
            optimiser.zero_grad();
            var loss = nn.functional.cross_entropy(net.call(x), y);
            loss.backward();
            nn.utils.clip_grad_norm_(net.parameters(), 1.0);
            optimiser.step();
            last = loss.ToDouble();
            if (i == 0)
                first = last;
        }
        Assert.True(last < first / 2, $"{first} {last}");
    }

    [Fact]
    public void Attention_runs()
    {
        var q = randn(2, 3, 5, 8).requires_grad_();
        var o = nn.functional.scaled_dot_product_attention(q, q, q, p: 0.1, is_casual: true);
        Assert.Equal([2, 3, 5, 8], o.shape);
        o.sum().backward();
        Assert.NotNull(q.grad);
        var z = zeros(2, 3);
        var w = z[0, 1] + 2 * z[.., 1..2] - eye(2, 3).mul(0.5).clamp_(0, 1);
        Assert.Equal([2, 3], w.shape);
        Assert.Equal(6, arange(4).sum().ToInt64());
    }
}
