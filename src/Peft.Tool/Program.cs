using Peft.Cli;

return await PeftCommand.Run(args);
