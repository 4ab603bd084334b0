using System.Globalization;
using System.Security.Cryptography;
using Guanxi.Platform.Ledger;
using Microsoft.Extensions.Configuration;
using Guanxi.Platform.Files;

namespace Guanxi.Platform.Backup;

/// <summary>
/// How backups are made here: guanxi.json under Backup, or GUANXI__Backup__….
/// Without a passphrase of the operator's own one is made and kept in keys/, which no backup contains: it has to be written down elsewhere, or a lost disk takes it along.
/// </summary>
/// <param name="Folder">Where backups lie; backups/ in the data directory by default.</param>
/// <param name="SecondPlace">A folder, on another disk or machine, that gets a copy of each.</param>
/// <param name="At">When the daily one is made, in the company's time zone.</param>
public sealed record BackupSettings(string DataFolder, string Folder, string? SecondPlace, bool Daily, bool BeforeMigration, TimeOnly At, string? OwnPassphrase, string? PostgresPrograms)
{
    /// <summary>Rounds that make the key from the passphrase; fewer only where many are opened, as in a test.</summary>
    public int Iterations { get; init; } = BackupHeader.NormalIterations;

    public const string PassphraseFile = "backup-passphrase";

    public static BackupSettings Read(string dataFolder)
    {
        var settings = new ConfigurationBuilder().AddJsonFile(Path.Combine(Path.GetFullPath(dataFolder), "guanxi.json"), optional: true).AddEnvironmentVariables("GUANXI__").Build().GetSection("Backup");
        return new BackupSettings(
            dataFolder,
            settings["Folder"] ?? Path.Combine(dataFolder, "backups"),
            settings["SecondPlace"] is { Length: > 0 } second ? second : null,
            settings.GetValue("Daily", true),
            settings.GetValue("BeforeMigration", true),
            TimeOnly.ParseExact(settings["At"] ?? "02:30", "HH:mm", CultureInfo.InvariantCulture),
            settings["Passphrase"] is { Length: > 0 } own ? own : null,
            settings["PostgresPrograms"]);
    }

    private string PassphrasePath => Path.Combine(DataFolder, KeyFolder.Name, PassphraseFile);

    /// <summary>The passphrase, made when there is none yet.</summary>
    public string Passphrase()
    {
        if (OwnPassphrase is not null)
        {
            return OwnPassphrase;
        }

        KeyFolder.Ensure(DataFolder);
        if (!File.Exists(PassphrasePath))
        {
            // Eight groups of four letters that cannot be mistaken for each other: 155 bits.
            const string letters = "23456789abcdefghjkmnpqrstuvwxyz";
            KeyFolder.WriteSecret(PassphrasePath, string.Join('-', Enumerable.Range(0, 8).Select(_ => RandomNumberGenerator.GetString(letters, 4))) + "\n");
        }

        return File.ReadAllText(PassphrasePath).Trim();
    }

    /// <summary>Whether the passphrase was made here and nobody has said that it is kept elsewhere too.</summary>
    public bool PassphraseOnlyHere => OwnPassphrase is null && !File.Exists(PassphrasePath + ".kept");

    public void PassphraseIsKept()
    {
        if (OwnPassphrase is null)
        {
            KeyFolder.Ensure(DataFolder);
            File.WriteAllText(PassphrasePath + ".kept", "");
        }
    }
}
