using TorchSharp.Modules;
using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class LifetimeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor inner, kept, outer, attached = ones(1);
        using (var scope = NewDisposeScope())
        {
            outer = ones(1);
            using (var nested = NewDisposeScope())
            {
                Assert.Same(nested, CurrentDisposeScope);
                inner = ones(1) + 1;
                Assert.Equal(2, nested.DisposablesCount);
                kept = nested.MoveToOuter(ones(1));
                Assert.True(scope.Contains(kept));
                nested.Attach(attached);
            }
            Assert.True(inner.IsInvalid);
            Assert.True(attached.IsInvalid);
            Assert.False(kept.IsInvalid);
            kept.DetachFromDisposeScope();
            Assert.Same(scope, CurrentDisposeScope);
        }
        Assert.True(outer.IsInvalid);
        Assert.False(kept.IsInvalid);
        Assert.Null(CurrentDisposeScope);
    }

    [Fact]
    public void A_scope_can_be_emptied_but_for_some()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        scope.DisposeEverythingBut(b, c);
        Assert.True(a.IsInvalid);
        Assert.Equal([b, c], scope.DisposablesView);
        b.Dispose();
        Assert.Equal(1, scope.DisposablesCount);
        using (var other = NewDisposeScope())
            c.MoveToOtherDisposeScope(other);
        Assert.True(c.IsInvalid);
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void Statistics_count()
    {
        var statistics = DisposeScopeManager.Statistics.TensorStatistics;
        statistics.Reset();
        var outside = ones(1);
        using (var scope = NewDisposeScope())
        {
            var (kept, _) = (ones(1), ones(1));
            scope.Detach(kept);
            scope.Attach(outside);
            kept.Dispose();
        }
        Assert.Equal((1, 2, 1, 2, 1, 1), (statistics.CreatedOutsideScopeCount, statistics.CreatedInScopeCount, statistics.DisposedOutsideScopeCount,
            statistics.DisposedInScopeCount, statistics.AttachedToScopeCount, statistics.DetachedFromScopeCount));
        Assert.Equal(0, statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_parameter_takes_its_tensors_place()
    {
        using var scope = NewDisposeScope();
        var data = ones(2);
        var parameter = new Parameter(data);
        Assert.True(data.IsInvalid);
        Assert.True(parameter.requires_grad);
        Assert.Equal([parameter], scope.DisposablesView);
    }

    [Fact]
    public void Modules_keep_their_parameters_out_of_scopes()
    {
        Linear layer;
        using (NewDisposeScope())
            layer = nn.Linear(2, 2);
        Assert.False(layer.weight.IsInvalid);
        layer.Dispose();
        Assert.True(layer.weight.IsInvalid);
    }

    [Fact]
    public void The_garbage_collector_frees_what_nobody_disposed()
    {
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Litter()
        {
            for (var i = 0; i < 1000; i++)
                ones(1);
            using var scope = NewDisposeScope();
            for (var i = 0; i < 1000; i++)
                scope.Detach(ones(1));
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        Litter();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.InRange(Tensor.TotalCount, 0, before + 10);
    }

    [Fact]
    public void Training_leaks_no_tensor()
    {
        using var net = nn.Sequential(nn.Linear(4, 8), nn.GELU(), nn.Dropout(0.1), nn.Linear(8, 2));
        using var optimiser = optim.AdamW(net.parameters(), 0.01, weight_decay: 0.01);
        using var x = randn(8, 4);
        using var y = randint(2, [8]);
        void Step()
        {
            using var scope = NewDisposeScope();
            net.zero_grad();
            nn.functional.cross_entropy(net.call(x), y).backward();
            nn.utils.clip_grad_norm_(net.parameters(), 1);
            optimiser.step();
        }
        Step();
        var before = Core.SystemLibtorch.LiveTensors;
        var objects = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (var i = 0; i < 100; i++)
            Step();
        Assert.Equal(objects, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        // Less when the garbage collector freed what other tests left; more would be a leak.
        Assert.True(Core.SystemLibtorch.LiveTensors <= before, $"{before} -> {Core.SystemLibtorch.LiveTensors}");
    }
}
