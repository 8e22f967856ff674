using System.Collections.Concurrent;
using System.IO.Compression;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Peft.Server.Pages;

/// <summary>Scripts, styles and the icon font of the page: resources of this assembly.</summary>
internal static class PageAssets
{
    private const string Root = "_peft", Prefix = "page/";

    private static readonly Assembly s_assembly = typeof(PageAssets).Assembly;
    private static readonly HashSet<string> s_names = [.. s_assembly.GetManifestResourceNames()];
    private static readonly ConcurrentDictionary<string, byte[]> s_packed = new();
    private static readonly string s_version = s_assembly.ManifestModule.ModuleVersionId.ToString("N")[..8];

    /// <summary>The address of a file, which changes with the build so that browsers can keep the file.</summary>
    public static string Address(string name) => $"{Root}/{s_version}/{name}";

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet($"/{Root}/{{version}}/{{**name}}", (string name, HttpContext context) => Send(name, context))
            .ExcludeFromDescription();

    private static IResult Send(string name, HttpContext context)
    {
        if (!s_names.Contains(Prefix + name))
            return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        var type = Path.GetExtension(name) switch { ".js" => "text/javascript", ".css" => "text/css", _ => "font/woff2" };
        if (type == "font/woff2" || !context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.Ordinal))
            return Results.Stream(s_assembly.GetManifestResourceStream(Prefix + name)!, type);
        context.Response.Headers.ContentEncoding = "gzip";
        return Results.Bytes(s_packed.GetOrAdd(name, Pack), type);
    }

    private static byte[] Pack(string name)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
        using (var plain = s_assembly.GetManifestResourceStream(Prefix + name)!)
            plain.CopyTo(gzip);
        return packed.ToArray();
    }
}
