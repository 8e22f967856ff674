namespace Peft.Hosting;

/// <summary>Where a host keeps its training jobs, and how it runs them: the section <c>Jobs</c> of the bound configuration.</summary>
public sealed class FineTuningJobOptions
{
    /// <summary>The folder of the jobs: each job's run is a folder in it. Hosts of a cluster share it.</summary>
    public string Folder { get; set; } = "runs";

    /// <summary>The SQLite file of the queue; null for <c>jobs.db</c> in <see cref="Folder"/>. For a single host.</summary>
    public string? SqliteFile { get; set; }

    /// <summary>
    /// A connection string of PostgreSQL for the queue; null for SQLite. Hosts with the same database and the same <see cref="Folder"/>
    /// form a cluster: each takes jobs, and those of a host that died are taken over by another.
    /// </summary>
    public string? PostgreSql { get; set; }

    /// <summary>Whether this host trains jobs. One that does not can submit, watch and cancel those that other hosts train.</summary>
    public bool Trains { get; set; } = true;

    /// <summary>Steps between two snapshots of a job that names no number itself. A job continues from its last one.</summary>
    public int SnapshotEvery { get; set; } = 50;

    /// <summary>How often a host of a cluster reports that it is alive. One that missed three reports counts as dead.</summary>
    public TimeSpan CheckIn { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a watched job's folder is read for new events.</summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromMilliseconds(200);
}
