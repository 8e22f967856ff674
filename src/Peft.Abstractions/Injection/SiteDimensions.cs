namespace Peft;

/// <summary>The sizes of a site, in elements.</summary>
/// <param name="In">Columns of the linear map; the hidden size at a stream site.</param>
/// <param name="Out">Rows of the linear map; the hidden size at a stream site.</param>
internal readonly record struct SiteDimensions(int In, int Out);
