using Microsoft.Extensions.Hosting;
using Peft.Hosting;
using Peft.Methods;
using Peft.Training;

// JobHost FOLDER [CONNECTION STRING OF POSTGRESQL]: trains the jobs of the folder until it is stopped or killed.
var builder = Host.CreateApplicationBuilder();
builder.Services.AddPeft(peft => peft.AddMethodsFrom(typeof(Lora).Assembly).AddJobs(jobs =>
{
    (jobs.Folder, jobs.PostgreSql) = (args[0], args.ElementAtOrDefault(1));
    jobs.CheckIn = TimeSpan.FromSeconds(1);
}));
await builder.Build().RunAsync();
