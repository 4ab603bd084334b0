using System.Globalization;
using System.Net;
using System.Text;
using Guanxi.Platform.Records;
using Guanxi.Sales.Leads;

namespace Guanxi.Server.Sales;

/// <summary>The public page of a form: plain HTML that needs no script, every word of it escaped.</summary>
internal static class FormPage
{
    private const string Style = """
        :root{color-scheme:light dark}*{box-sizing:border-box}body{margin:0;padding:20px;font:15px/1.6 -apple-system,BlinkMacSystemFont,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei",sans-serif;color:#1f2329;background:#fff}
        main{max-width:560px;margin:0 auto}h1{font-size:22px;font-weight:600;margin:0 0 8px}p{margin:0 0 16px;white-space:pre-line}label{display:block;margin:0 0 4px;font-weight:500}.f{margin:0 0 16px}input,textarea,select{width:100%;font:inherit;color:inherit;background:transparent;border:1px solid #8c939d;border-radius:6px;padding:8px 10px}
        textarea{min-height:110px;resize:vertical}input:focus,textarea:focus,select:focus,button:focus-visible{outline:2px solid #0958d9;outline-offset:1px}.c{display:flex;gap:8px;align-items:flex-start;font-weight:400}.c input{width:auto;margin-top:5px}.c span{white-space:pre-line;font-size:13px}
        button{font:inherit;font-weight:500;color:#fff;background:#0958d9;border:0;border-radius:6px;padding:10px 24px;cursor:pointer}button:disabled{opacity:.6}.e{color:#b42318;font-size:13px;margin:4px 0 0}.n{border:1px solid #b42318;border-radius:6px;padding:8px 12px;color:#b42318}.r{color:#b42318}.t{position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden}
        @media(prefers-color-scheme:dark){body{color:#e6e8eb;background:#17191c}.e,.n,.r{color:#ff8f85;border-color:#ff8f85}}
        """;

    private static readonly Dictionary<string, (string Hans, string Hant, string En)> Words = new(StringComparer.Ordinal)
    {
        ["send"] = ("提交", "提交", "Send"), ["thanks"] = ("谢谢！我们已收到，会尽快与您联系。", "謝謝！我們已收到，會儘快與您聯絡。", "Thank you. We have received it and will be in touch soon."),
        ["leave"] = ("请不要填写此项", "請勿填寫此項", "Leave this empty"), ["pick"] = ("请选择", "請選擇", "Choose"), ["gone"] = ("这个表单不存在或已停用", "此表單不存在或已停用", "This form does not exist or is no longer in use"),
    };

    public static string Word(string name, string language) => Words[name] is var word && language switch { "en" => word.En, "zh-Hant" => word.Hant, _ => word.Hans } is var text ? text : name;

    /// <summary>What a person typed, to be shown again, and what was wrong with it.</summary>
    public sealed record State(IReadOnlyDictionary<string, string> Values, IReadOnlyDictionary<string, string> Errors, string? Notice, bool Consented, string Query)
    {
        public static State Empty(string query) => new(new Dictionary<string, string>(), new Dictionary<string, string>(), null, false, query);
    }

    public static string Write(LeadForm form, RecordType leads, string token, State state, string nonce)
    {
        var language = form.Text("language")!;
        var html = new StringBuilder();
        if (form.Text("intro") is { } intro)
        {
            html.Append("<p>").Append(Escape(intro)).Append("</p>");
        }

        if (state.Notice is { } notice)
        {
            html.Append("<p class=n role=alert>").Append(Escape(notice)).Append("</p>");
        }

        html.Append(CultureInfo.InvariantCulture, $"<form method=post action=\"/forms/{form.Text("key")}{Escape(state.Query)}\" data-bits={FormToken.Difficulty} novalidate><input type=hidden name=token value=\"{Escape(token)}\"><input type=hidden name=proof value=\"\">");
        foreach (var name in form.Asked)
        {
            if (leads.Find(name) is { Retired: false } field)
            {
                Field(html, form, field, state, language);
            }
        }

        // Programs fill in everything; people do not see it, and it is out of the order of keys and of what is read aloud.
        html.Append(CultureInfo.InvariantCulture, $"<div class=t aria-hidden=true><label for=homepage2>{Word("leave", language)}</label><input id=homepage2 name=homepage2 tabindex=-1 autocomplete=off></div>");
        if (form.Text("consentText") is { } consent)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div class=f><label class=c><input type=checkbox name=consent value=yes{(state.Consented ? " checked" : "")}><span>{Escape(consent)}{(form["consentRequired"] is true ? " <b class=r>*</b>" : "")}</span></label>{Error(state, "consent")}</div>");
        }

        html.Append("<button>").Append(Escape(form.Text("button") ?? Word("send", language))).Append("</button></form><script src=/forms/form.js defer></script>");
        return Page(form.Text("heading") ?? form.Text("name")!, language, html.ToString(), nonce);
    }

    private static void Field(StringBuilder html, LeadForm form, Field field, State state, string language)
    {
        var (value, required) = (state.Values.GetValueOrDefault(field.Name) ?? "", form.Required.Contains(field.Name));
        var wrong = state.Errors.ContainsKey(field.Name);
        var name = Escape(field.Name);
        var marks = $"id=\"{name}\" name=\"{name}\"{(required ? " required" : "")}{(wrong ? $" aria-invalid=true aria-describedby=\"{name}-e\"" : "")}";
        html.Append(CultureInfo.InvariantCulture, $"<div class=f><label for=\"{name}\">{Escape(field.Label.In(language))}{(required ? " <b class=r>*</b>" : "")}</label>");
        if (field.Kind is FieldKind.Choice)
        {
            html.Append(CultureInfo.InvariantCulture, $"<select {marks}><option value=\"\">{Word("pick", language)}</option>");
            foreach (var choice in field.Choices.Where(choice => !choice.Retired))
            {
                html.Append(CultureInfo.InvariantCulture, $"<option value=\"{Escape(choice.Value)}\"{(choice.Value == value ? " selected" : "")}>{Escape(choice.Label.In(language))}</option>");
            }

            html.Append("</select>");
        }
        else if (field.Kind is FieldKind.LongText)
        {
            html.Append(CultureInfo.InvariantCulture, $"<textarea {marks} maxlength={field.MaxLength}>{Escape(value)}</textarea>");
        }
        else
        {
            var (type, complete) = field.Name switch { "email" => ("email", "email"), "phone" => ("tel", "tel"), "company" => ("text", "organization"), "contactName" => ("text", "name"), "title" => ("text", "organization-title"), "website" => ("url", "url"), _ => (field.Kind == FieldKind.Date ? "date" : "text", "on") };
            html.Append(CultureInfo.InvariantCulture, $"<input {marks} type={type} autocomplete={complete} maxlength={field.MaxLength} value=\"{Escape(value)}\">");
        }

        html.Append(Error(state, field.Name)).Append("</div>");
    }

    private static string Error(State state, string name) => state.Errors.TryGetValue(name, out var error) ? $"<p class=e id=\"{Escape(name)}-e\" role=alert>{Escape(error)}</p>" : "";

    public static string Thanks(LeadForm form, string nonce) =>
        Page(form.Text("heading") ?? form.Text("name")!, form.Text("language")!, $"<p role=status>{Escape(form.Text("thanks") ?? Word("thanks", form.Text("language")!))}</p><script src=/forms/form.js defer></script>", nonce);

    public static string Gone(string language, string nonce) => Page(Word("gone", language), language, "", nonce);

    private static string Page(string heading, string language, string body, string nonce) =>
        $"<!doctype html><html lang={language}><head><meta charset=utf-8><meta name=viewport content=\"width=device-width,initial-scale=1\"><meta name=robots content=noindex><title>{Escape(heading)}</title><style nonce=\"{nonce}\">{Style}</style></head><body><main><h1>{Escape(heading)}</h1>{body}</main></body></html>";

    private static string Escape(string text) => WebUtility.HtmlEncode(text);
}
