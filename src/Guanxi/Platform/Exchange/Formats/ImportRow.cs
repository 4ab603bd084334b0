namespace Guanxi.Platform.Exchange.Formats;

/// <summary>One row of a table that is being read.</summary>
/// <param name="Number">The line of a text file on which it begins, the row of a sheet, or the ordinal of a card, from 1.</param>
/// <param name="Cells">As many as there are columns; null for an empty cell.</param>
/// <param name="Problem">Why the row must not be taken; null when it may.</param>
public readonly record struct ImportRow(long Number, string?[] Cells, (string ZhHans, string En)? Problem = null);

/// <summary>Something odd about a row that is taken all the same.</summary>
public readonly record struct RowRemark(long Number, (string ZhHans, string En) Text);
