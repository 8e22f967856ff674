namespace Peft.Experiments;

/// <summary>A line of the list of studies.</summary>
/// <param name="Name">The name.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Cells">The runs of one seed, without those that are open.</param>
/// <param name="Open">The cells that the project cannot run.</param>
/// <param name="Hours">The rough time of the cells at the scale small, one after the other.</param>
internal sealed record StudySummary(string Name, string Title, int Rows, int Cells, int Open, double Hours)
{
    /// <summary>Summarises a study without reading data.</summary>
    /// <param name="study">The study.</param>
    /// <param name="cores">The cores of the machine.</param>
    public static StudySummary Create(Study study, int cores)
    {
        var plan = StudyPlan.Create(study, new StudyRequest { Threads = cores, IsWithoutData = true });
        var open = plan.Cells.Count(cell => cell.Open is not null);
        return new StudySummary(
            study.Name, study.Title, study.Rows.Count, plan.Cells.Count - open, open, StudyEstimate.Whole(plan));
    }
}
