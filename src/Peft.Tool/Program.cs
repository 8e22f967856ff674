using Peft.Cli;

Environment.Exit(await PeftCommand.Run(args)); // also if a plugin left a thread behind that does not end
