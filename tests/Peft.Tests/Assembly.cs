[assembly: CollectionBehavior(DisableTestParallelization = true)] // seeds and threads belong to the process
