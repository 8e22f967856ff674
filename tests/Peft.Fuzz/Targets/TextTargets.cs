using Peft.Models;
using Peft.Data;
using Peft.Methods;
using Encoding = System.Text.Encoding;

namespace Peft.Fuzz.Targets;

/// <summary>JSON, vocabularies and data.</summary>
internal static class TextTargets
{
    private const string Bert =
        """{"model_type":"bert","vocab_size":10,"hidden_size":8,"num_hidden_layers":2,"num_attention_heads":2,"intermediate_size":16,"hidden_act":"gelu","layer_norm_eps":1e-12,"id2label":{"0":"a","1":"b"},"pad_token_id":0}""";

    private const string Gpt2 = """{"model_type":"gpt2","vocab_size":10,"n_embd":8,"n_layer":2,"n_head":2,"n_positions":16,"activation_function":"gelu_new","resid_pdrop":0.1,"tie_word_embeddings":true}""";

    private const string Manifest =
        """{"format":2,"method":"lora","parts":[{"method":"lora","options":{"rank":"8","alpha":"16"},"overrides":{"rank@query":"4"},"where":{"targets":[{"text":"query"}],"layers":[0]}}],"mixture":{"experts":4,"shared":["up"],"inference":"merged","weights":[0.25,0.25,0.25,0.25]},"merged":false,"backbone":"b"}""";

    private const string WordPieceJson =
        """{"added_tokens":[{"id":0,"content":"[PAD]","special":true}],"normalizer":{"type":"BertNormalizer","lowercase":true},"pre_tokenizer":{"type":"BertPreTokenizer"},"model":{"type":"WordPiece","unk_token":"[UNK]","continuing_subword_prefix":"##","max_input_chars_per_word":100,"vocab":{"[PAD]":0,"[UNK]":1,"[CLS]":2,"[SEP]":3,"[MASK]":4,"a":5,"##b":6}}}""";

    private const string BytePairJson =
        """{"added_tokens":[{"id":6,"content":"<|endoftext|>","special":true}],"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"post_processor":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2,"c":3,"abc":4,"Ġ":5,"<|endoftext|>":6},"merges":["a b","ab c"]}}""";

    private const string WebNlg =
        """{"entries":[{"1":{"category":"Airport","lexicalisations":[{"comment":"good","lex":"Good."}],"modifiedtripleset":[{"subject":"A","property":"isIn","object":"B"}]}}]}""";

    private const string WebNlgXml =
        """<?xml version="1.0"?><benchmark><entries><entry category="City" eid="Id1" size="1"><modifiedtripleset><mtriple>a | b | c</mtriple></modifiedtripleset><lex comment="good">x</lex></entry></entries></benchmark>""";

    private static readonly MethodRegistry s_registry = new MethodRegistry().Add<Lora>();

    public static IEnumerable<FuzzTarget> All()
    {
        yield return Of("config-encoder", "config.json", [Bert], folder => EncoderConfigReader.Read(folder));
        yield return Of("config-decoder", "config.json", [Gpt2], folder => DecoderConfigReader.Read(folder));
        yield return Of("adapter-manifest", AdapterFolder.ManifestName, [Manifest, """{"format":2}"""], folder =>
        {
            if (AdapterFolder.ReadManifest(folder) is { Method: not null } manifest)
                manifest.ToSpec(s_registry);
        });
        yield return new("checkpoint-index", ["model.safetensors.index.json", "part.safetensors"],
            [[Encoding.UTF8.GetBytes("""{"metadata":{"total_size":25},"weight_map":{"a":"part.safetensors","b":"part.safetensors"}}"""), SafetensorsTarget.Corpus().ElementAt(1)]],
            Mutations.Text, folder => CheckpointFolder.Open(folder).Dispose());
        yield return Of("tokenizer-json", "tokenizer.json", [WordPieceJson, BytePairJson], Tokenize);
        yield return Of("vocab-txt", "vocab.txt", ["[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n##b\nword\n"], Tokenize);
        byte[] words = Encoding.UTF8.GetBytes("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\nb\n");
        byte[] special = Encoding.UTF8.GetBytes(
            """{"cls_token":"[CLS]","mask_token":{"content":"[MASK]","lstrip":true},"additional_special_tokens":["<y>",{"content":"a"}]}""");
        yield return new("added-tokens", ["added_tokens.json", "special_tokens_map.json", "vocab.txt"],
            [[Encoding.UTF8.GetBytes("""{"<x>":7,"<y>":8,"a":5}"""), special, words]], Mutations.Text, Tokenize);
        yield return new("added-tokens-decoder", ["tokenizer_config.json", "vocab.txt"],
            [[Encoding.UTF8.GetBytes("""{"added_tokens_decoder":{"7":{"content":"<x>","lstrip":true,"single_word":true,"normalized":true}}}"""), words]],
            Mutations.Text, Tokenize);
        yield return new("tokenizer-config", ["tokenizer_config.json", "vocab.txt"],
            [[Encoding.UTF8.GetBytes("""{"do_lower_case":true,"strip_accents":null,"unk_token":"[UNK]","cls_token":{"content":"[CLS]"}}"""), Encoding.UTF8.GetBytes("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na\n")]],
            Mutations.Text, Tokenize);
        byte[] vocabulary = Encoding.UTF8.GetBytes("""{"a":0,"b":1,"ab":2,"c":3,"abc":4,"Ġ":5,"<|endoftext|>":6}"""), merges = Encoding.UTF8.GetBytes("#version: 0.2\na b\nab c\n");
        yield return new("vocab-json", ["vocab.json", "merges.txt"], [[vocabulary, merges]], Mutations.Text, Tokenize);
        yield return new("merges", ["merges.txt", "vocab.json"], [[merges, vocabulary]], Mutations.Text, Tokenize);
        yield return Of("e2e", "train.txt", ["name : X | food : Thai||X is Thai .\n"], folder => GenerationTasks.Load(
            "e2e", folder, GenerationSplit.Train));
        yield return Of(
            "e2e-csv", "trainset.csv", ["mr,ref\n\"name[X], food[Thai]\",\"X, \"\"Thai\"\".\"\n"],
            folder => GenerationTasks.Load("e2e", folder, GenerationSplit.Train));
        yield return Of("webnlg", "train.json", [WebNlg], folder => GenerationTasks.Load("webnlg", folder, GenerationSplit.Train));
        yield return Of("webnlg-xml", "train.xml", [WebNlgXml], folder => WebNlgReader.Read(Path.Combine(folder, "train.xml")));
        yield return Of("dart", "dart-v1.1.1-full-train.json", ["""[{"tripleset":[["a","B","c"]],"annotations":[{"text":"One."}]}]"""], folder => GenerationTasks.Load("dart", folder, GenerationSplit.Train));
        byte[] rows = Encoding.UTF8.GetBytes("sentence\tlabel\na good film\t1\na bad film\t0\n");
        yield return new("glue", ["train.tsv", "dev.tsv"], [[rows, rows]], Mutations.Text, folder => TaskData.Load("sst2", folder));
    }

    private static FuzzTarget Of(string name, string file, string[] corpus, Action<string> read) =>
        new(name, [file], [.. corpus.Select(text => (byte[][])[Encoding.UTF8.GetBytes(text)])], Mutations.Text, read);

    private static void Tokenize(string folder)
    {
        var tokenizer = TokenizerFiles.Load(folder);
        var encoding = tokenizer.Encode("abc a wörd <|endoftext|> 12", "b [MASK]", 16);
        tokenizer.Decode(encoding.Ids);
    }
}
