namespace Peft.Training;

/// <summary>The options of a run. Each is declared once, here: the command line, run files and configuration follow.</summary>
public sealed record TrainingOptions
{
    /// <summary>The backbone: <c>minilm</c>, <c>builtin</c>, <c>builtin-gpt2</c>, a checkpoint folder or a hub repository.</summary>
    [RunOption("'minilm' (English encoder, 22.7 M parameters), 'builtin' (tiny encoder, no download), 'builtin-gpt2' (tiny decoder), a "
        + "checkpoint folder with config.json, weights and vocabulary, or a repository of the hub (name, owner/name)")]
    public string Backbone { get; init; } = BackboneSource.Default;

    /// <summary>
    /// The task. <c>auto</c> is <c>classification</c> where <see cref="Data"/> or <see cref="Train"/> is given, and <c>tickets</c>
    /// otherwise.
    /// </summary>
    [RunOption("for your own files classification, prompt, multi-label, regression, tokens, completion or pretraining; 'tickets' or "
        + "'builtin' (generated), a GLUE task (cola, mnli, mrpc, qnli, qqp, rte, sst2, stsb), for decoders venues (generated), e2e, "
        + "webnlg, dart or text, or a task of a plugin; auto: classification if there are data, else tickets")]
    public string Task { get; init; } = TaskSource.Automatic;

    /// <summary>
    /// A file of your own examples, a folder with <c>train</c>, <c>dev</c> and <c>test</c> files, <c>-</c> for standard input, or the
    /// folder with a published task's own files; not for built-in tasks.
    /// </summary>
    [RunOption("file of examples (.csv, .tsv, .jsonl, .json, .parquet, also .gz), a folder with train, dev and test files, - for standard "
        + "input, or the folder of a published task", ValueName = "PATH", IsPath = true)]
    public string? Data { get; init; }

    /// <summary>The file of training examples, instead of <see cref="Data"/>.</summary>
    [RunOption("file of training examples, instead of --data", ValueName = "FILE", IsPath = true)]
    public string? Train { get; init; }

    /// <summary>The file of development examples, which select the epoch; null holds out <see cref="DevFraction"/>.</summary>
    [RunOption("file of development examples, which select the epoch; without it, --dev-fraction is held out", ValueName = "FILE",
        IsPath = true)]
    public string? Dev { get; init; }

    /// <summary>The file of test examples, which are scored once, after training; null for none.</summary>
    [RunOption("file of test examples, scored once after training", ValueName = "FILE", IsPath = true)]
    public string? Test { get; init; }

    /// <summary>The column of the text; null finds it by its usual names.</summary>
    [RunOption("column of the text", DefaultText = "found by usual names, and reported", ValueName = "NAME")]
    public string? TextColumn { get; init; }

    /// <summary>The column of the second text of a pair; null for the usual names, or no pairs.</summary>
    [RunOption("column of the second text of a pair", DefaultText = "found by usual names; otherwise single texts", ValueName = "NAME")]
    public string? PairColumn { get; init; }

    /// <summary>The column of the label, labels, target or completion; null finds it by its usual names.</summary>
    [RunOption("column of the label, labels, target, tags or completion", DefaultText = "found by usual names, and reported",
        ValueName = "NAME")]
    public string? LabelColumn { get; init; }

    /// <summary>The column whose equal values stay on one side of a split, such as a customer; null for none.</summary>
    [RunOption("column whose equal values stay on one side of a split, such as a customer", ValueName = "NAME")]
    public string? GroupColumn { get; init; }

    /// <summary>What separates the labels of a multi-label example in one cell.</summary>
    [RunOption("what separates the labels of a multi-label example in one cell", ValueName = "TEXT", MayBeBlank = true)]
    public string LabelSeparator { get; init; } = ",";

    /// <summary>The share of the examples that is held out for development where no development file is given.</summary>
    [RunOption("share of the examples held out for development, for each label alike", Min = 0.001, Max = 0.9)]
    public double DevFraction { get; init; } = 0.1;

    /// <summary>The number of runs, each with another part held out for development; 0 for one run without folds.</summary>
    [RunOption("train this many times, each time with another part of the examples for development; 0: once", Min = 0)]
    public int Folds { get; init; }

    /// <summary>The part that is held out, from 1 to <see cref="Folds"/>; 0 for all in turn.</summary>
    [RunOption("with --folds, the part to hold out; 0: each in turn", Min = 0)]
    public int Fold { get; init; }

    /// <summary>How classes are weighted in the loss: <c>none</c>, or <c>balanced</c> by the inverse of their number of rows.</summary>
    [RunOption("weights of the classes in the loss: none, or balanced (rows / (classes x rows of the class))", Words = ["none", "balanced"],
        ValueName = "WEIGHTS")]
    public string ClassWeights { get; init; } = "none";

    /// <summary>
    /// The number of epochs between evaluations on development data. The last epoch is always evaluated; epochs without an evaluation
    /// cannot be selected.
    /// </summary>
    [RunOption("compute development metrics after each so many epochs, and after the last", Min = 1)]
    public int EvaluateEvery { get; init; } = 1;

    /// <summary>Stops after this many epochs without a better metric; 0 for never.</summary>
    [RunOption("stop after this many epochs without a better metric; 0: never", Min = 0, ValueName = "PATIENCE")]
    public int EarlyStopping { get; init; }

    /// <summary>The metric that selects the epoch; null takes the task's.</summary>
    [RunOption("metric that selects the epoch", DefaultText = "the task's", ValueName = "NAME")]
    public string? Metric { get; init; }

    /// <summary>
    /// The part of a data-to-text or completion task, <c>dev</c> or <c>test</c>, whose contexts are decoded and scored after training; null
    /// for none. The scores are added to the metrics, and texts and references are written to <see cref="Output"/>.
    /// </summary>
    [RunOption("after training on a data-to-text or completion task, decode and score a part of it: dev or test", Words = ["dev",
        "test"], ValueName = "PART")]
    public string? Score { get; init; }

    /// <summary>
    /// How prompts and completions are written for the model: <c>plain</c>, <c>chatml</c> or a JSON file; null for plain, and for messages
    /// chatml.
    /// </summary>
    [RunOption("how prompts and completions are written: plain, chatml or a JSON file", DefaultText = "plain; for messages chatml",
        ValueName = "FILE", IsPath = true, BuiltIn = ["plain", "chatml"])]
    public string? Template { get; init; }

    /// <summary>
    /// The prompt of a few-shot run: the name of a built-in one, such as <c>sst2</c>, or a YAML or JSON file with a template and a word for
    /// each label; for task <c>prompt</c>.
    /// </summary>
    [RunOption("template and words of task prompt: sst2, mpqa, subj, mnli, rte, qqp, or a YAML or JSON file", ValueName = "NAME",
        IsPath = true, BuiltIn = ["sst2", "mpqa", "subj", "mnli", "rte", "qqp"])]
    public string? Prompt { get; init; }

    /// <summary>How many training examples of each label task <c>prompt</c> shows after each text; 0 for none.</summary>
    [RunOption("of task prompt, the training examples of each label that are shown after each text, sampled with the seed", Min = 0)]
    public int Demonstrations { get; init; }

    /// <summary>Masks whole words in the pretraining of an encoder instead of single tokens.</summary>
    [RunOption("in pretraining of an encoder, mask whole words instead of single tokens")]
    public bool WholeWords { get; init; }

    /// <summary><c>full</c>, <c>head-only</c>, a method, or <c>adamix(method)</c>.</summary>
    [RunOption("full, head-only, a method (`peft methods`), or adamix(method)")]
    public string Method { get; init; } = "lora";

    /// <summary>Values of options by <c>method.option</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The folder for result, adapter and log; null writes nothing.</summary>
    [RunOption("folder for result.json, adapter and log", ValueName = "DIR", IsFreeOnResume = true)]
    public string? Output { get; init; }

    /// <summary>Replaces a finished run in <see cref="Output"/>, which is an error otherwise.</summary>
    [RunOption("replace a finished run in the output folder", IsFreeOnResume = true)]
    public bool Overwrite { get; init; }

    /// <summary>
    /// Writes the run's curves as events of TensorBoard into the folder <c>tensorboard</c> of <see cref="Output"/>.
    /// </summary>
    [RunOption("write curves for TensorBoard into the folder tensorboard of --output", IsFreeOnResume = true)]
    public bool Tensorboard { get; init; }

    /// <summary>Passes over the training data; 0 for 3, or as many as make 400 optimiser steps, at most 40.</summary>
    [RunOption("passes over the training data; auto: 3, or as many as make 400 steps, at most 40", Min = 1, ZeroWord = "auto")]
    public int Epochs { get; init; }

    /// <summary>Stops after this many optimiser steps; 0 for no limit.</summary>
    [RunOption("stop after this many optimiser steps; 0: no limit", Min = 0)]
    public int MaxSteps { get; init; }

    /// <summary>Rows in a forward pass.</summary>
    [RunOption("rows in a forward pass", Min = 1)]
    public int BatchSize { get; init; } = 32;

    /// <summary>Forward passes for one optimiser step.</summary>
    [RunOption("forward passes for one optimiser step", Min = 1)]
    public int GradientAccumulation { get; init; } = 1;

    /// <summary>
    /// Computes each layer again in the backward pass instead of keeping its activations: the results are the same, with less memory and
    /// more time.
    /// </summary>
    [RunOption("recompute each layer in the backward pass (activation checkpointing): same numbers, less memory, more time")]
    public bool RecomputeActivations { get; init; }

    /// <summary>Highest learning rate; null takes <see cref="TuningMethod.DefaultLearningRate"/>.</summary>
    [RunOption("highest learning rate", Min = double.Epsilon, Max = 10, DefaultText = "5e-4, full fine-tuning 5e-5; minilm 1e-3 and "
        + "5e-5; built-in backbones 3e-3 and 2e-4")]
    public double? LearningRate { get; init; }

    /// <summary>Decoupled weight decay, not on norms, biases and other parameters of one dimension.</summary>
    [RunOption("decoupled weight decay", Min = 0, Max = 10)]
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Decays norms, biases and other parameters of one dimension as well.</summary>
    [RunOption("decay norms, biases and other parameters of one dimension as well")]
    public bool DecayAll { get; init; }

    /// <summary>Does not decay embeddings.</summary>
    [RunOption("do not decay embeddings")]
    public bool NoEmbeddingDecay { get; init; }

    /// <summary>What AdamW adds to the root of the second moment.</summary>
    [RunOption("what AdamW adds to the root of the second moment", Min = double.Epsilon, Max = 1)]
    public double AdamEpsilon { get; init; } = 1e-8;

    /// <summary>Share of the probability that a language model's loss spreads over the vocabulary; for generation tasks.</summary>
    [RunOption("of a language model's loss, below 1", Min = 0, Max = 0.999)]
    public double LabelSmoothing { get; init; }

    /// <summary>Share of the steps over which the rate rises to its highest; it falls linearly to 0 after.</summary>
    [RunOption("share of the steps over which the rate rises", Min = 0, Max = 1)]
    public double WarmupRatio { get; init; } = 0.06;

    /// <summary>Steps over which the rate rises, instead of <see cref="WarmupRatio"/>; 0 to use the ratio.</summary>
    [RunOption("steps over which the rate rises, instead of a share; 0: the share", Min = 0)]
    public int WarmupSteps { get; init; }

    /// <summary>Gradients are scaled down to this norm; 0 for never.</summary>
    [RunOption("gradients are scaled down to this norm; 0: never", Min = 0, Max = double.MaxValue)]
    public double MaxGradNorm { get; init; } = 1;

    /// <summary>
    /// Longest sequence, special tokens included; longer ones are cut. 0, on the command line <c>auto</c>, takes the length that 99% of the
    /// training rows fit, up to the backbone's positions.
    /// </summary>
    [RunOption("longest sequence in tokens; auto: what 99% of the training rows fit, up to the backbone's positions", Min = 3,
        ZeroWord = "auto")]
    public int MaxLength { get; init; } = 128;

    /// <summary>
    /// A file of tokens, one on each line, that are added to the vocabulary. Only their embeddings are trained; the adapter carries them.
    /// </summary>
    [RunOption("file of tokens, one on each line, to add to the vocabulary; only their embeddings are trained", ValueName = "FILE",
        IsPath = true)]
    public string? AddTokens { get; init; }

    /// <summary>Uses this many training rows (after a seeded shuffle); 0 for all.</summary>
    [RunOption("use this many training rows; 0: all", Min = 0)]
    public int TrainLimit { get; init; }

    /// <summary>Uses this many development rows; 0 for all.</summary>
    [RunOption("use this many development rows; 0: all", Min = 0)]
    public int DevLimit { get; init; }

    /// <summary>
    /// Skips malformed rows of the task's files, up to half of a file, and reports how many; otherwise the first one is an error.
    /// </summary>
    [RunOption("skip malformed rows of the task's files, up to half of a file, and report how many", IsFreeOnResume = true)]
    public bool SkipMalformed { get; init; }

    /// <summary>Seeds new weights, order, dropout and routes.</summary>
    [RunOption("seeds new weights, order, dropout and routes")]
    public int Seed { get; init; } = 1;

    /// <summary>Threads to compute with on the CPU; 0 for one on each core.</summary>
    [RunOption("threads to compute with on the CPU; 0: one on each core", Min = 0)]
    public int Threads { get; init; }

    /// <summary><c>auto</c>, <c>cpu</c> or <c>cuda</c>.</summary>
    [RunOption("auto, cpu or cuda", Words = ["auto", "cpu", "cuda"])]
    public string Device { get; init; } = "auto";

    /// <summary>The frozen backbone's dtype: <c>float32</c> or <c>bfloat16</c>; trainables are always float32.</summary>
    [RunOption("dtype of the frozen backbone: float32 or bfloat16", Words = ["float32", "bfloat16"], ValueName = "DTYPE")]
    public string BackboneDtype { get; init; } = "float32";

    /// <summary>
    /// The pooler of a classifier of texts on BERT: <c>auto</c>, <c>stored</c> (frozen) or <c>new</c> (trained and saved with the head).
    /// <c>auto</c> takes a new one where the checkpoint has none, or is a sentence encoder, whose pooler was not trained.
    /// </summary>
    [RunOption("pooler of a classifier on BERT: stored, or new (trained with the head); auto: new where the checkpoint has none or is a "
        + "sentence encoder", Words = ["auto", "stored", "new"])]
    public string Pooler { get; init; } = "auto";

    /// <summary>
    /// The precision of float32 matrix products: <c>highest</c>, <c>high</c> or <c>medium</c>, as
    /// <c>torch.set_float32_matmul_precision</c>. <c>medium</c> computes products in bfloat16 with float32 sums on CPUs with AMX, and
    /// changes nothing on others.
    /// </summary>
    [RunOption("of float32 products: highest; high: TF32 on GPUs; medium: bfloat16 with float32 sums on CPUs with AMX, TF32 on GPUs",
        Words = ["highest", "high", "medium"], ValueName = "PRECISION")]
    public string MatmulPrecision { get; init; } = MatrixPrecision.Highest;

    /// <summary>
    /// The rate of every dropout inside a decoder backbone (methods have their own); null uses config.json's. For data-to-text tasks.
    /// </summary>
    [RunOption("every dropout inside a decoder", Min = 0, Max = 0.999, DefaultText = "config.json's")]
    public double? BackboneDropout { get; init; }

    /// <summary>The number of optimiser steps between snapshots of the whole run; 0 for no snapshots. Needs <see cref="Output"/>.</summary>
    [RunOption("write a snapshot of the whole run after every so many steps; 0: never", Min = 0, IsFreeOnResume = true)]
    public int SnapshotEvery { get; init; }

    /// <summary>How many snapshots are kept.</summary>
    [RunOption("how many snapshots are kept", Min = 1, IsFreeOnResume = true)]
    public int KeepSnapshots { get; init; } = 2;

    /// <summary>
    /// Continues from the latest undamaged snapshot in <see cref="Output"/>, or starts from the beginning if there is none.
    /// </summary>
    [RunOption("continue from the latest snapshot in the output folder, with the same settings; on one CPU the result is bit-identical",
        IsFreeOnResume = true)]
    public bool Resume { get; init; }

    /// <summary>
    /// How a loss or gradient that is not finite is handled: <c>stop</c>, <c>skip</c> the step, or <c>rollback</c> to the latest snapshot
    /// and leave the step out.
    /// </summary>
    [RunOption("for a loss or gradient that is not finite: stop, skip the step, or rollback to the latest snapshot and skip the step",
        Words = ["stop", "skip", "rollback"], ValueName = "POLICY", IsFreeOnResume = true)]
    public string NonFinite { get; init; } = NonFiniteGuard.Stop;

    /// <summary>Keeps the last epoch's weights instead of those of the epoch with the best development metric.</summary>
    [RunOption("keep the last epoch's weights instead of the best epoch's")]
    public bool KeepLast { get; init; }
}
