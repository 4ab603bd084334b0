namespace Guanxi.Platform.Language;
public static class Masking { public static string Phone(string s) => s.Length > 4 ? s[..^4] + "****" : "****"; public static string Email(string s) => s[..1] + "***"; }
