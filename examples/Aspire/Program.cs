// Starts two instances of examples/WebHost with one queue in PostgreSQL, and a dashboard with their logs, metrics and traces.
//   dotnet run --project examples/Aspire                                           PostgreSQL in a container; needs Docker
//   ConnectionStrings__queue="Host=..." dotnet run --project examples/Aspire       a PostgreSQL that runs already
using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
IResourceBuilder<IResourceWithConnectionString> queue = builder.Configuration.GetConnectionString("queue") is null
    ? builder.AddPostgres("postgres").WithDataVolume().AddDatabase("queue")
    : builder.AddConnectionString("queue");
var shared = Directory.CreateDirectory(builder.Configuration["Folder"] ?? "shared").FullName; // by both instances
builder.AddProject<Projects.WebHost>("tickets")
    .WithReplicas(2)
    .WithHttpEndpoint(port: builder.Configuration.GetValue("Port", 5000))
    .WithHttpHealthCheck("/health")
    .WithEnvironment("Tickets", Path.Combine(shared, "tickets.jsonl"))
    .WithEnvironment("Peft__Jobs__Folder", Path.Combine(shared, "runs"))
    .WithEnvironment("Peft__Jobs__PostgreSql", queue)
    .WaitFor(queue);
builder.Build().Run();
