using System.Runtime.InteropServices;
using TorchSharp.Core;
using static TorchSharp.torch;

namespace TorchSharp.SystemLibtorch.Tests;

public class OpTests
{
    [Fact]
    public void Singular_values_and_vectors_give_the_matrix_back()
    {
        var matrix = randn(5, 3);
        var (u, s, v) = linalg.svd(matrix, fullMatrices: false);
        Assert.Equal([5, 3], u.shape);
        Assert.Equal([3, 3], v.shape);
        Assert.True((u * s).matmul(v).sub(matrix).abs().max().item<float>() < 1e-5f);
        Assert.Equal([5, 5], linalg.svd(matrix).Item1.shape);
    }

    [Fact]
    public void Arithmetic_broadcasts_and_promotes()
    {
        var a = tensor(new float[] { 1, 2, 3, 4 }, [2, 2]);
        var row = tensor(new float[] { 10, 20 });
        Check.Near([11, 22, 13, 24], a + row);
        Check.Near([-9, -18, -7, -16], a - row);
        Check.Near([.1, .1, .3, .2], a / row);
        Check.Near([1, 0, -1, -2], 2 - a);
        Check.Near([2, 1, 2.0 / 3, .5], 2 / a);
        Check.Near([1, 4, 9, 16], a.pow(2));
        Check.Near([6, 7, 8, 9], a.add(tensor(2.5f), 2));
        Assert.Equal(float32, (a + tensor(1L)).dtype);
        Assert.Equal(float32, (a * 0.5).dtype);
        Assert.Equal(int64, (arange(3) + 1).dtype);
        Assert.Equal(float64, (a + a.to(float64)).dtype);
    }

    [Fact]
    public void In_place_operations_return_the_same_object()
    {
        var a = ones(3);
        Assert.Same(a, a.add_(1).mul_(3).clamp_(0, 5));
        Check.Near([5, 5, 5], a);
        Assert.Same(a, a.zero_());
        Check.Near([0, 0, 0], a);
    }

    [Fact]
    public void Products()
    {
        var a = arange(6, dtype: float32).reshape(2, 3);
        Check.Near([5, 14, 14, 50], a.matmul(a.T));
        Check.Near([5, 14, 14, 50], einsum("ij,kj->ik", a, a));
        Check.Near([6, 15, 15, 51], ones(2, 2).addmm(a, a.t()));
        Assert.Equal([4, 2, 2], ones(4, 2, 3).bmm(ones(4, 3, 2)).shape);
        Check.Near([0, 0, 1, 2], kron(tensor(new float[] { 0, 1 }), tensor(new float[] { 1, 2 })));
    }

    [Fact]
    public void Reductions()
    {
        var a = tensor(new float[] { 1, 5, 3, 2, 0, 4 }, [2, 3]);
        Assert.Equal(15f, a.sum().item<float>());
        Check.Near([9, 6], a.sum(1));
        Check.Near([1.5, 2.5, 3.5], a.mean([0]));
        Check.Near([5, 4], a.max(1).Item1);
        Assert.Equal([1L, 2L], a.argmax(1).data<long>().ToArray());
        Check.Near([2, 5, 4], a.amax(0));
        Check.Near([2, 2], a.std(1), 1e-5);
        Assert.Equal(Math.Sqrt(55), a.norm().ToDouble(), 1e-5);
        Check.Near([1, 6, 9, 2, 2, 6], a.cumsum(1));
        Check.Near([5, 3, 4, 2], a.topk(2).Item1);
        Check.Near([1, 3, 5, 0, 2, 4], a.sort(1).Item1);
        Check.Near([1, 1], a.softmax(1).sum(1));
        Check.Near([5.1429, 4.1429], a.logsumexp(1), 1e-3);
        Assert.True(a.gt(-1).all().ToBoolean());
        Assert.False(a.eq(7).any().ToBoolean());
    }

    [Fact]
    public void Views_share_memory()
    {
        var a = arange(24).reshape(2, 3, 4);
        Assert.Equal([4, 3, 2], a.transpose(0, 2).shape);
        Assert.Equal([2, 12], a.flatten(1).shape);
        Assert.Equal([2, 3, 2, 2], a.unflatten(2, 2, 2).shape);
        Assert.Equal([1, 2, 3, 4], a.unsqueeze(0).shape);
        Assert.Equal([3, 2, 4], a.permute(1, 0, 2).shape);
        Assert.Equal(3, a.unbind(1).Length);
        Assert.Equal([2, 1, 4], a.split(2, 1)[1].shape);
        Assert.Equal([2, 2, 4], a.split(new long[] { 2, 1 }, 1)[0].shape);
        Assert.Equal([5, 2, 3, 4], a.expand(5, -1, -1, -1).shape);
        a.narrow(0, 1, 1).zero_();
        Assert.Equal(66, a.sum().ToInt64());
        Assert.Equal([12L, 4L, 1L], a.stride());
        Assert.False(a.mT.is_contiguous());
        Assert.True(a.mT.contiguous().is_contiguous());
        Assert.Equal(4, a.size(-1));
    }

    [Fact]
    public void Indices()
    {
        var a = arange(12).reshape(3, 4);
        Assert.Equal(6, a[1, 2].ToInt64());
        Assert.Equal([4L, 5L, 6L, 7L], a[1].data<long>().ToArray());
        Assert.Equal([1L, 5L, 9L], a[.., 1].data<long>().ToArray());
        Assert.Equal([2L, 3L, 6L, 7L], a[..2, 2..].data<long>().ToArray());
        Assert.Equal([11L], a[^1, ^1].reshape(1).data<long>().ToArray());
        Assert.Equal([3L, 7L, 11L], a[TensorIndex.Ellipsis, TensorIndex.Single(3)].data<long>().ToArray());
        Assert.Equal([3, 1, 4], a[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([0L, 2L], a[TensorIndex.Single(0), TensorIndex.Slice(step: 2)].data<long>().ToArray());
        Assert.Equal([8L, 0L], a[TensorIndex.Tensor(tensor(new long[] { 2, 0 })), TensorIndex.Single(0)].data<long>().ToArray());
        Assert.Equal([9L, 10L, 11L], a[a > 8].data<long>().ToArray());
        a[0] = zeros(4, int64);
        a[.., 1] = tensor(-1L);
        a[a > 9] = tensor(100L);
        Assert.Equal([0L, -1L, 0L, 0L, 4L, -1L, 6L, 7L, 8L, -1L, 100L, 100L], a.data<long>().ToArray());
        Assert.Equal(3, a.index_select(0, tensor(new long[] { 2 })).eq(a[2]).sum().ToInt64() - 1);
        Check.Near([1, 0, 0, 2], zeros(2, 2).scatter(1, tensor(new long[] { 0, 1 }, [2, 1]), tensor(new float[] { 1, 2 }, [2, 1])));
        Check.Near([0, 3, 0], zeros(3).index_add_(0, tensor(new long[] { 1, 1 }), tensor(new float[] { 1, 2 }), 1));
    }

    [Fact]
    public void Conversions_and_data()
    {
        var a = from_array(new float[,] { { 1, 2 }, { 3, 4 } });
        Assert.Equal([2, 2], a.shape);
        Assert.Equal(3f, a.data<float>()[1, 0]);
        Assert.Equal([1f, 3f, 2f, 4f], a.T.data<float>().ToArray());
        Assert.Equal(16, a.bytes.Length);
        Assert.Equal(new float[,] { { 1, 2 }, { 3, 4 } }, a.data<float>().ToNDArray());
        Assert.Throws<ArgumentException>(() => a.data<double>());
        Assert.Throws<ArgumentException>(() => a.item<float>());
        Assert.Throws<ArgumentException>(() => tensor(new float[] { 1, 2, 3 }, [2, 2]));
        var half = a.to(bfloat16);
        Assert.Equal(2, half.ElementSize);
        Assert.Equal([1f, 2f, 3f, 4f], half.@float().data<float>().ToArray());
        Assert.Equal([7, 10, 15, 22], half.matmul(half).@float().reshape(-1).data<float>().ToArray().Select(v => (int)v));
        Assert.Same(a, a.to(float32));
        Assert.Equal("[2x2], type = Float32, device = cpu", a.ToString());
        Assert.True(tensor(true).ToBoolean());
        Assert.Equal(2.5, ((Tensor)2.5).ToDouble());
    }

    [Fact]
    public void Losses_and_layers_match_their_formulas()
    {
        var logits = tensor(new float[] { 1, 2, 3, 1, 0, 0 }, [2, 3]);
        var target = tensor(new long[] { 2, 0 });
        var log = logits.log_softmax(1);
        Check.Same(-log.gather(1, target.unsqueeze(1)).mean(), nn.functional.cross_entropy(logits, target));
        Check.Same(nn.functional.cross_entropy(logits, target), nn.functional.nll_loss(log, target));
        var x = randn(4, 8);
        var normal = nn.functional.layer_norm(x, [8]);
        Check.Same((x - x.mean([1], true)) / (x.var(1, false, true) + 1e-5).sqrt(), normal, 1e-5);
        Check.Same(0.5 * x * (1 + (x / Math.Sqrt(2)).erf()), nn.functional.gelu(x));
        Check.Near([1, 0, 0, 0, 0, 1], nn.functional.one_hot(tensor(new long[] { 0, 2 }), 3));
        Check.Near([0, 1, 2, 0, 0], nn.functional.pad(tensor(new float[] { 1, 2 }), [1, 2]));
        var p = tensor(new float[] { .2f, .8f });
        Check.Near([.5 * (.2 * Math.Log(.2 / .5) + .8 * Math.Log(.8 / .5))], nn.functional.kl_div(tensor(new float[] { .5f, .5f }).log(), p, log_target: false));
    }

    [Fact]
    public void Libtorchs_errors_become_exceptions()
    {
        var error = Assert.Throws<ExternalException>(() => ones(2, 3).matmul(ones(2, 3)));
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)", error.Message);
        Assert.DoesNotContain("frame #", error.Message);
        Assert.Throws<ObjectDisposedException>(() =>
        {
            var gone = ones(1);
            gone.Dispose();
            return gone + 1;
        });
    }

    [Fact]
    public void A_wrong_argument_is_named()
    {
        var softmax = new Op("aten::softmax", "int");
        var error = Assert.Throws<ExternalException>(() => softmax.Call(ones(2), 1.5));
        Assert.Contains("aten::softmax.int: argument 'dim' (position 2) must be int, but a floating-point number was given", error.Message);
        Assert.Contains("'self' (position 1) must be Tensor, but None", Assert.Throws<ExternalException>(() => softmax.Call(Arg.None, 1L)).Message);
        Assert.Contains("'dim' (position 2) must be int, but nothing", Assert.Throws<ExternalException>(() => softmax.Call(ones(2))).Message);
        Assert.Contains("too many arguments", Assert.Throws<ExternalException>(() => new Op("aten::relu").Call(ones(2), 1L)).Message);
        Assert.Contains("no_such_operator", Assert.Throws<ExternalException>(() => new Op("aten::no_such_operator").Call()).Message);
        Check.Near([.5, .5], softmax.Call(ones(2), 0L));
    }
}
