namespace Guanxi.Science.Matching.Parsing;

/// <summary>A company name taken apart: 上海华兴机械设备有限公司北京分公司 has region 上海, brand 华兴, trade 机械设备, form 有限公司, branch 北京分公司.</summary>
/// <param name="Region">Places named, without endings, separated by a blank; empty when none.</param>
/// <param name="Brand">What tells the company from others of its trade; never empty for a name with letters.</param>
/// <param name="Trade">Line of business at the end of the name; empty when none is recognised.</param>
/// <param name="Form">Legal form or words such as group or holding; empty when none.</param>
/// <param name="Branch">Branch, office or shop of the company; empty for the company itself.</param>
public readonly record struct CompanyName(string Region, string Brand, string Trade, string Form, string Branch)
{
    /// <summary>Brand and trade: the name without place, form and branch.</summary>
    public string Core => Trade.Length == 0 ? Brand : TextFolding.HasHan(Brand) || TextFolding.HasHan(Trade) ? Brand + Trade : Brand + " " + Trade;
}
