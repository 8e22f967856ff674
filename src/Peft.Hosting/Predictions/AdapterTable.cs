using Peft.Training;

namespace Peft.Hosting;

/// <summary>The loaded adapters by name, with their users. Thread-safe.</summary>
internal sealed class AdapterTable
{
    private readonly Lock _lock = new(); // of the table, the users of adapters, and shared weights
    private readonly Dictionary<string, LoadedAdapter> _byName = new(StringComparer.Ordinal);
    private readonly SharedWeights _weights = new();

    public IReadOnlyList<ServedAdapter> Adapters
    {
        get
        {
            lock (_lock)
                return [.. _byName.OrderBy(known => known.Key, StringComparer.Ordinal).Select(known => known.Value.Description)];
        }
    }

    /// <summary>Adds a model, which replaces an earlier one of the name. The table owns it, and frees it if it cannot be added.</summary>
    public ServedAdapter Add(string name, TrainedModel model, EmbeddingOptions embedding)
    {
        lock (_lock)
        {
            var loaded = Create(name, model, embedding);
            if (_byName.Remove(name, out var earlier))
                earlier.Release();
            _ = _byName.Values.FirstOrDefault(loaded.SharePasses);
            _byName.Add(name, loaded);
            return loaded.Description;
        }
    }

    public void Remove(string name)
    {
        lock (_lock)
        {
            if (!_byName.Remove(name, out var adapter))
                throw new UnknownAdapterException(name, _byName.Keys);
            adapter.Release();
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            foreach (var adapter in _byName.Values)
                adapter.Release();
            _byName.Clear();
        }
    }

    /// <summary>Finds an adapter, which stays in memory until it is released.</summary>
    public LoadedAdapter Retain(string name)
    {
        lock (_lock)
        {
            if (!_byName.TryGetValue(name, out var adapter))
                throw new UnknownAdapterException(name, _byName.Keys);
            adapter.Retain();
            return adapter;
        }
    }

    /// <summary>
    /// The requests that have not been given up. Their adapter stays in memory until it is released, also if they are given up meanwhile.
    /// </summary>
    public IReadOnlyList<T> Begin<T>(LoadedAdapter adapter, IEnumerable<T> requests)
        where T : IWaiting
    {
        lock (_lock)
        {
            var wanted = requests.Where(request => !request.IsGivenUp).ToList();
            if (wanted.Count > 0)
                adapter.Retain();
            return wanted;
        }
    }

    public void Release(LoadedAdapter adapter)
    {
        lock (_lock)
            adapter.Release();
    }

    private LoadedAdapter Create(string name, TrainedModel model, EmbeddingOptions embedding)
    {
        try
        {
            return new LoadedAdapter(model, _weights, name, embedding);
        }
        catch
        {
            model.Dispose(); // nobody else has it
            throw;
        }
    }
}
