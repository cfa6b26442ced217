using CDNet.MLNet.Scoring;

namespace CDNet.MLNet.Reports;

/// <summary>Verdicts in words that a lay person can read.</summary>
internal static class Words
{
    /// <summary>What every page says.</summary>
    public const string Caveat =
        "A score is evidence, not proof. The model errs, more often on pictures of kinds that it was not trained on, and on small, blurred, dark or heavily compressed ones. "
        + "The probability means what it says only for pictures like those that the model was calibrated on, where half are fake. Do not decide about people by this page alone: "
        + "look at the source, at other pictures of it, and let somebody who knows look too.";

    /// <summary>What is said of a face or a video that is unfamiliar (<see cref="FaceVerdict.IsUnfamiliar"/>), before all else.</summary>
    public const string Unfamiliar = "This face is unlike those that the model was calibrated on, so what the model says of it may be worth no more than a tossed coin.";

    public static string Of(Verdict? verdict) => verdict switch { Verdict.Fake => "fake", Verdict.Real => "real", Verdict.NoFace => "no face", _ => "failed" };

    /// <summary>The verdict, and that it is on an unfamiliar face.</summary>
    public static string Of(Verdict? verdict, bool isUnfamiliar) => isUnfamiliar ? $"{Of(verdict)}, unfamiliar" : Of(verdict);

    /// <summary>The class of style sheet rules: an unfamiliar face has no verdict's colour.</summary>
    public static string StyleOf(Verdict? verdict, bool isUnfamiliar = false) => isUnfamiliar ? "none" : verdict switch { Verdict.Fake => "fake", Verdict.Real => "real", _ => "none" };

    /// <summary>The verdict as a page shows it.</summary>
    public static Html Badge(Verdict? verdict, bool isUnfamiliar) => Html.Of($"""<span class="verdict {StyleOf(verdict, isUnfamiliar)}">{Of(verdict, isUnfamiliar)}</span>""");

    /// <summary>Sentences about a probability of fake, 0 to 1, and what to know before.</summary>
    public static string Of(float probability, bool isUnfamiliar) => isUnfamiliar ? $"{Unfamiliar} {Of(probability)}" : Of(probability);

    /// <summary>A sentence about a probability of fake, 0 to 1.</summary>
    public static string Of(float probability) => probability switch
    {
        >= 0.95f => "The model is almost sure that this face was made or changed by a machine.",
        >= 0.8f => "The model holds it for likely that this face was made or changed by a machine.",
        >= 0.6f => "The model leans towards a face that was made or changed by a machine.",
        >= 0.4f => "The model cannot tell whether this face is real.",
        >= 0.2f => "The model leans towards a real face.",
        _ => "The model holds it for likely that this face is real.",
    };

    /// <summary>What a part is called.</summary>
    public static string PartName(string part) => part switch { "RightEye" => "Right eye", "LeftEye" => "Left eye", "Face" => "Face as a whole", _ => part };
}
