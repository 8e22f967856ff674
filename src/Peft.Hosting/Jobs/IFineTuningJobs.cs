using Peft.Data;
using Peft.Training;

namespace Peft.Hosting;

/// <summary>
/// The training jobs of a host. They run one at a time for each device, in the background, and survive a restart: a job that was
/// interrupted continues from its last snapshot.
/// </summary>
public interface IFineTuningJobs
{
    /// <summary>The full path of the folder that holds a folder for each job.</summary>
    string Folder { get; }

    /// <summary>Adds a job to the queue.</summary>
    /// <param name="request">The job.</param>
    /// <param name="cancellation">Cancels the submission.</param>
    /// <returns>The queued job.</returns>
    /// <exception cref="JobRequestException">The name or the priority is not allowed.</exception>
    /// <exception cref="JobExistsException">The name is taken.</exception>
    /// <exception cref="TrainingOptionsException">An option is not allowed.</exception>
    /// <exception cref="UnknownNameException">A method's name is unknown.</exception>
    /// <exception cref="TaskException">The task's name is unknown.</exception>
    /// <exception cref="JobStoreException">The queue's database or the folder cannot be used.</exception>
    Task<FineTuningJob> SubmitAsync(FineTuningJobRequest request, CancellationToken cancellation = default);

    /// <summary>Adds a job whose options are in a YAML file, as <c>peft train --config</c> reads it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The job's name; null for one made of the method, the task and the time.</param>
    /// <param name="cancellation">Cancels the submission.</param>
    /// <returns>The queued job.</returns>
    /// <exception cref="RunFileException">The file is missing or malformed.</exception>
    Task<FineTuningJob> SubmitFileAsync(string file, string? name = null, CancellationToken cancellation = default);

    /// <summary>All jobs, in the order of their submission.</summary>
    /// <param name="cancellation">Cancels the listing.</param>
    /// <returns>The jobs.</returns>
    Task<IReadOnlyList<FineTuningJob>> ListAsync(CancellationToken cancellation = default);

    /// <summary>One job.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Cancels the reading.</param>
    /// <returns>The job.</returns>
    /// <exception cref="UnknownJobException">There is none of the name.</exception>
    Task<FineTuningJob> GetAsync(string name, CancellationToken cancellation = default);

    /// <summary>
    /// Cancels a job, on whatever host it runs. A queued job ends at once. A running one ends after the step in progress: watch it, or wait
    /// with <see cref="WaitAsync"/>.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <returns>The job, as it was right after the request.</returns>
    /// <exception cref="UnknownJobException">There is none of the name.</exception>
    /// <exception cref="JobEndedException">It has ended.</exception>
    Task<FineTuningJob> CancelAsync(string name, CancellationToken cancellation = default);

    /// <summary>
    /// Puts a job that failed or was cancelled back into the queue. It continues from its last snapshot, or starts again if it has none.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Cancels the request.</param>
    /// <returns>The queued job.</returns>
    /// <exception cref="UnknownJobException">There is none of the name.</exception>
    /// <exception cref="JobResumeException">It has not ended, or succeeded.</exception>
    /// <exception cref="JobStoreException">The queue's database or the folder cannot be used.</exception>
    Task<FineTuningJob> ResumeAsync(string name, CancellationToken cancellation = default);

    /// <summary>Streams the events of a job: those so far, then new ones until it ends.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the watching, not the job.</param>
    /// <returns>The events, from the first one.</returns>
    /// <exception cref="UnknownJobException">There is none of the name; thrown while the events are read.</exception>
    IAsyncEnumerable<JobEvent> WatchAsync(string name, CancellationToken cancellation = default);

    /// <summary>Waits until a job has ended.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the wait, not the job.</param>
    /// <returns>The job.</returns>
    /// <exception cref="UnknownJobException">There is none of the name.</exception>
    Task<FineTuningJob> WaitAsync(string name, CancellationToken cancellation = default);

    /// <summary>Waits until a job has ended, and reads its result.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellation">Ends the wait, not the job.</param>
    /// <returns>The result; of a cancelled job, that of the steps done.</returns>
    /// <exception cref="UnknownJobException">There is none of the name.</exception>
    /// <exception cref="JobFailedException">It failed, or was cancelled before its first step.</exception>
    Task<RunResult> GetResultAsync(string name, CancellationToken cancellation = default);

    /// <summary>The folder of a job's run: result, adapter, log, snapshots, events.</summary>
    /// <param name="name">The job's name.</param>
    /// <returns>The folder's full path.</returns>
    /// <exception cref="JobRequestException">The name is none that a job can have.</exception>
    string FolderOf(string name);
}
