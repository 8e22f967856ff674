using Peft.Cli;
using Peft.Cli.Output;

Console.SetError(new ForgivingWriter(Console.Error));
Environment.Exit(await PeftCommand.Run(args)); // also if a plugin left a thread behind that does not end
