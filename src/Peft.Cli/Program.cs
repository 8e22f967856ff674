using Peft.Cli;
using Peft.Cli.Output;

Console.SetError(new ForgivingWriter(Console.Error));
return await PeftCommand.Run(args);
