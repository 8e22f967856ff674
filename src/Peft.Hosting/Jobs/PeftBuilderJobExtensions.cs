using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using Peft.Training;
using Quartz;

namespace Peft.Hosting;

/// <summary>Adds training jobs to a host.</summary>
public static class PeftBuilderJobExtensions
{
    private const string Key = "Jobs";

    /// <summary>
    /// Adds <see cref="IFineTuningJobs"/> and the background service that trains. The queue is a SQLite file by default, or PostgreSQL.
    /// </summary>
    /// <remarks>
    /// You write <c>services.AddPeft(peft =&gt; peft.AddMethod&lt;Lora&gt;().AddJobs())</c>; you inject <see cref="IFineTuningJobs"/>.
    /// The section <c>Jobs</c> of the bound configuration sets <see cref="FineTuningJobOptions"/>; <paramref name="configure"/> overrides
    /// it.
    /// </remarks>
    /// <param name="builder">The builder.</param>
    /// <param name="configure">Sets the options; null for those of the configuration.</param>
    /// <returns>The builder.</returns>
    public static PeftBuilder AddJobs(this PeftBuilder builder, Action<FineTuningJobOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Claim(Key).AtEnd(() =>
        {
            var options = new FineTuningJobOptions();
            builder.Configuration?.GetSection(Key).Bind(options);
            configure?.Invoke(options);
            AddServices(builder.Services, options);
        });
        return builder;
    }

    private static void AddServices(IServiceCollection services, FineTuningJobOptions options)
    {
        services.AddSingleton(Options.Create(options));
        services.AddSingleton<JobFolders>().AddSingleton<JobQueue>().AddSingleton<JobRequestCheck>()
            .AddSingleton<JobMeters>();
        services.TryAddSingleton<IFineTuningJobs, FineTuningJobs>();
        foreach (var device in JobQueue.AllDevices)
            services.AddQuartz(JobQueue.NameOf(device), quartz => Configure(quartz, options));
        services.AddHostedService<JobKeeper>();
    }

    private static void Configure(IQuartzBuilder quartz, FineTuningJobOptions options)
    {
        quartz.UseDefaultThreadPool(pool => pool.MaxConcurrency = 1); // one job at a time on a device
        quartz.UsePersistentStore(store =>
        {
            store.ProvisionSchema();
            if (options.PostgreSql is { } connection)
            {
                store.UsePostgres(NpgsqlFactory.Instance, connection);
                store.UseClustering(cluster =>
                {
                    cluster.CheckinInterval = options.CheckIn;
                    cluster.CheckinMisfireThreshold = 2 * options.CheckIn;
                });
            }
            else
            {
                store.UseSqlite(SqliteFactory.Instance, ConnectionOf(options));
            }
        });
    }

    private static string ConnectionOf(FineTuningJobOptions options)
    {
        var folder = JobFolders.CreateFolder(options.Folder, "the folder of the jobs", "Jobs:Folder");
        var file = Path.GetFullPath(options.SqliteFile ?? Path.Combine(folder, "jobs.db"));
        JobFolders.CreateFolder(Path.GetDirectoryName(file)!, "the folder of the jobs' database", "Jobs:SqliteFile");
        return new SqliteConnectionStringBuilder { DataSource = file }.ConnectionString;
    }
}
