[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)] // seeds and threads belong to the process
