// Seeds, thread counts and the count of native tensors belong to the process: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
