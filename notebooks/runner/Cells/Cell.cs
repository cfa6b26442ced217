namespace CDNet.Notebooks.Cells;

/// <summary>A cell of a notebook.</summary>
/// <param name="IsCode">Whether it is code, else text in Markdown.</param>
/// <param name="Source">What stands in it, without a line break at its end.</param>
public sealed record Cell(bool IsCode, string Source);
