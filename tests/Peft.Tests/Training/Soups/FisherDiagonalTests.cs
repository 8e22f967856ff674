using Peft.Tests.Adapters;
using static TorchSharp.torch;

namespace Peft.Tests.Training.Soups;

/// <summary>The diagonal of the empirical Fisher information.</summary>
public sealed class FisherDiagonalTests
{
    [Fact]
    public void The_diagonal_is_the_mean_squared_derivative_of_the_log_likelihood()
    {
        using var bench = new Bench(float64: true);
        var adapter = bench.Add("a", "houlsby", 5);
        bench.Adapters.Activate("a");
        var rows = Enumerable.Range(0, 3).Select(row => bench.Inputs.TakeRows(tensor(new long[] { row }))).ToList();
        Tensor Loss(int row) => nn.functional.cross_entropy(
            bench.Model.Run(() => bench.Classifier.call(rows[row])), TinyEncoder.Labels().narrow(0, row, 1));
        Tensor[] parameters = [.. bench.Model.TrainableParameters.Select(pair => (Tensor)pair.Parameter)];
        var diagonal = FisherDiagonal.Estimate(parameters, 3, Loss);
        Assert.All(bench.Model.TrainableParameters, pair => Assert.Null(pair.Parameter.grad));
        Assert.Contains(parameters, parameter => parameter.shape.SequenceEqual(adapter.NamedParameters.First().Parameter.shape));

        const double Step = 1e-5;
        var checkedCount = 0;
        using var frozen = no_grad();
        for (var index = 0; index < parameters.Length; index++)
        {
            var values = parameters[index].view(-1);
            foreach (var element in new[] { 0L, values.shape[0] / 2, values.shape[0] - 1 })
            {
                var expected = Enumerable.Range(0, 3).Average(row => Math.Pow(
                    (LogLikelihood(row, values, element, Step) - LogLikelihood(row, values, element, -Step)) / (2 * Step), 2));
                var found = diagonal[index].view(-1)[element].item<double>();
                Assert.True(Math.Abs(expected - found) <= 1e-7 + (1e-5 * expected), $"tensor {index}, element {element}");
                checkedCount += expected > 1e-8 ? 1 : 0;
            }
        }

        Assert.True(checkedCount > 10); // not all of them 0

        double LogLikelihood(int row, Tensor values, long element, double step)
        {
            values[element].add_(step);
            var value = -Loss(row).item<double>();
            values[element].sub_(step);
            return value;
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_names_the_row() => Assert.Contains("row 1", Assert.Throws<FisherInformationException>(() =>
    {
        using var scope = NewDisposeScope();
        using var value = tensor(1.0, requires_grad: true);
        FisherDiagonal.Estimate([value], 2, row => row == 0 ? value * 2 : value * double.NaN);
    }).Message, StringComparison.Ordinal);
}
