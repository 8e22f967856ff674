using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Peft.Training;
using Quartz;
using static TorchSharp.torch;

namespace Peft.Hosting;

/// <summary>
/// The queues of the devices: a Quartz scheduler for each, which executes one job at a time. A host opens those of all devices, since
/// hosts of a cluster add, cancel and resume each other's jobs, and executes jobs of those that it has.
/// </summary>
internal sealed class JobQueue(IServiceProvider services, IOptions<FineTuningJobOptions> options)
{
    private const string Group = "peft";

    /// <summary>Every device that a job can be for.</summary>
    public static IReadOnlyList<string> AllDevices { get; } = ["cpu", "cuda"];

    /// <summary>The devices that this host has, the preferred one last.</summary>
    public static IReadOnlyList<string> Devices => cuda.is_available() ? ["cpu", "cuda"] : ["cpu"];

    private bool IsCluster => options.Value.PostgreSql is not null;

    /// <summary>The scheduler's name for a device.</summary>
    public static string NameOf(string device) => $"peft-{device}";

    /// <summary>The device of a new job.</summary>
    /// <param name="choice">A device, or <c>auto</c> for the best of this host.</param>
    /// <exception cref="TrainingOptionsException">This host does not have the device, and there is no other that could.</exception>
    public string Resolve(string choice)
    {
        if (!IsCluster)
            _ = DeviceChoice.Parse(choice);
        return choice == "auto" ? Devices[^1] : choice;
    }

    /// <summary>Whether a host may execute jobs of a device: this one, or another of the cluster.</summary>
    public bool IsServed(string device) => (IsCluster ? AllDevices : Devices).Contains(device);

    /// <summary>The problem of a job that no host will execute.</summary>
    public static JobStoreException NoDevice(string device) => new($"the job is for {device}, which this host does not have.");

    /// <summary>Opens the queues, and begins to execute the jobs of this host's devices.</summary>
    /// <param name="executes">Whether this host executes jobs.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <exception cref="JobStoreException">The database cannot be used.</exception>
    public async Task StartAsync(bool executes, CancellationToken cancellation)
    {
        var opened = new List<string>();
        try
        {
            foreach (var device in AllDevices)
            {
                opened.Add(device);
                await Use(device, scheduler => ProbeAsync(scheduler, cancellation));
                if (executes && Devices.Contains(device))
                    await Use(device, scheduler => scheduler.Start(cancellation).AsTask());
            }
        }
        catch (JobStoreException)
        {
            await CloseAsync(opened); // their threads would keep the process alive
            throw;
        }
    }

    /// <summary>Waits for the job in progress, which the stopping host has told to stop, and closes the queues.</summary>
    public async Task StopAsync(CancellationToken cancellation)
    {
        foreach (var device in AllDevices)
            await Use(device, scheduler => scheduler.Shutdown(true, cancellation).AsTask());
    }

    /// <summary>Adds a job unless the queue has it.</summary>
    /// <exception cref="JobStoreException">The database cannot be used.</exception>
    public Task AddAsync(FineTuningJob job, CancellationToken cancellation) => Use(job.Device, async scheduler =>
    {
        var key = KeyOf(job);
        if (await scheduler.Exists(key, cancellation))
            return;
        var detail = JobBuilder.Create<JobExecution>().WithIdentity(key).RequestRecovery().Build();

        // Quartz compares priorities only of triggers that are due at the same time, so the priority moves the time.
        var due = job.Submitted.AddDays(-100 * (10 + job.Priority));
        var trigger = TriggerBuilder.Create().WithIdentity(job.Name, Group).StartAt(due)
            .WithSimpleSchedule(schedule => schedule.WithMisfireInstruction(SimpleTriggerMisfireInstruction.IgnoreMisfires)).Build();
        try
        {
            await scheduler.ScheduleJob(detail, trigger, cancellationToken: cancellation);
        }
        catch (ObjectAlreadyExistsException)
        {
            // another host of the cluster added it
        }
    });

    /// <summary>Whether the queue has a job, waiting or executing.</summary>
    /// <exception cref="JobStoreException">The database cannot be used.</exception>
    public async Task<bool> HasAsync(FineTuningJob job, CancellationToken cancellation)
    {
        var has = false;
        await Use(job.Device, async scheduler => has = await scheduler.Exists(KeyOf(job), cancellation));
        return has;
    }

    /// <summary>Removes a job that no host executes; interrupts it if one does.</summary>
    /// <returns>Whether it was removed, or was not there, so that no host will execute it.</returns>
    public async Task<bool> CancelAsync(FineTuningJob job, CancellationToken cancellation)
    {
        var isRemoved = false;
        await Use(job.Device, async scheduler =>
        {
            isRemoved = job.State == JobState.Queued && (await scheduler.UnscheduleJob(new TriggerKey(job.Name, Group), cancellation)
                || !await scheduler.Exists(KeyOf(job), cancellation));
            if (!isRemoved)
                await scheduler.Interrupt(KeyOf(job), cancellation);
        });
        return isRemoved;
    }

    /// <summary>Reads the queues' database.</summary>
    /// <exception cref="JobStoreException">The database cannot be used.</exception>
    public async Task CheckAsync(CancellationToken cancellation)
    {
        foreach (var device in Devices)
            await Use(device, scheduler => scheduler.Exists(new JobKey("none", Group), cancellation).AsTask());
    }

    /// <summary>Adds a job and removes it, so that a database of another version fails at the start and not with the first job.</summary>
    private static async Task ProbeAsync(IScheduler scheduler, CancellationToken cancellation)
    {
        var key = new JobKey($"probe-{Guid.NewGuid():N}", Group);
        var never = TriggerBuilder.Create().WithIdentity(key.Name, Group).StartAt(DateTimeOffset.UtcNow.AddYears(100)).Build();
        await scheduler.ScheduleJob(
            JobBuilder.Create<JobExecution>().WithIdentity(key).Build(), never, cancellationToken: cancellation);
        await scheduler.DeleteJob(key, cancellation);
    }

    private async Task CloseAsync(IEnumerable<string> devices)
    {
        foreach (var device in devices)
        {
            try
            {
                await Use(device, scheduler => scheduler.Shutdown(false, CancellationToken.None).AsTask());
            }
            catch (JobStoreException)
            {
                // it was not opened, or its database is what fails
            }
        }
    }

    private static JobKey KeyOf(FineTuningJob job) => new(job.Name, Group);

    private async Task Use(string device, Func<IScheduler, Task> use)
    {
        var factory = services.GetKeyedService<ISchedulerFactory>(NameOf(device)) ?? throw NoDevice(device);
        try
        {
            await use(await factory.GetScheduler());
        }
        catch (Exception problem) when (problem is SchedulerException or DbException)
        {
            throw new JobStoreException(
                $"the database of the jobs cannot be used ({problem.GetBaseException().Message}); check Jobs:PostgreSql (--postgresql) "
                    + "or Jobs:SqliteFile, and that the database runs.", problem);
        }
    }
}
