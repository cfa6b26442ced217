namespace CDNet.MLNet.Pipeline;

/// <summary>The names of the columns that the components hand to each other.</summary>
public static class FaceColumns
{
    /// <summary>The picture, an MLImage of any size.</summary>
    public const string Image = "Image";

    /// <summary>The face, byte[3,299,299]: red, green and blue planes, 0 to 255.</summary>
    public const string Face = "Face";

    /// <summary>The person's own right eye, byte[3,64,64].</summary>
    public const string RightEye = "RightEye";

    /// <summary>The person's own left eye, byte[3,64,64].</summary>
    public const string LeftEye = "LeftEye";

    /// <summary>The nose, byte[3,64,64].</summary>
    public const string Nose = "Nose";

    /// <summary>The mouth, byte[3,64,64].</summary>
    public const string Mouth = "Mouth";

    /// <summary>The detector's box, float[4]: left, top, width and height in pixels of the picture.</summary>
    public const string FaceBox = "FaceBox";

    /// <summary>The six key points, float[12]: x and y of right eye, left eye, nose, mouth, right ear, left ear in pixels of the picture.</summary>
    public const string FaceKeypoints = "FaceKeypoints";

    /// <summary>The detector's confidence, float, 0 to 1; 0 where there is no face.</summary>
    public const string FaceConfidence = "FaceConfidence";

    /// <summary>How many faces the picture has, int. The crops are those of the most confident one.</summary>
    public const string FaceCount = "FaceCount";

    /// <summary>The features F of Eq. 1, float[200]; as long as the network gives them where it is another one.</summary>
    public const string Features = "Features";

    /// <summary>The label, bool: true is fake.</summary>
    public const string Label = "Label";

    /// <summary>The decision's score, float: above 0 is fake, NaN where there is no face. Its unit is the decision's: log-odds, or a squared distance for <see cref="Cluster.ClusterScoreForm.Difference"/>.</summary>
    public const string Score = "Score";

    /// <summary>The probability of fake, float, 0 to 1; NaN where there is no face.</summary>
    public const string Probability = "Probability";

    /// <summary>The verdict, bool: true is fake. False where there is no face.</summary>
    public const string PredictedLabel = "PredictedLabel";

    /// <summary>Squared distance of the features to the centre of the real images, float.</summary>
    public const string DistanceToReal = "DistanceToReal";

    /// <summary>Squared distance of the features to the centre of the fake images, float.</summary>
    public const string DistanceToFake = "DistanceToFake";

    /// <summary>The four part crops, in the order in which the networks take them.</summary>
    public static IReadOnlyList<string> Parts { get; } = [RightEye, LeftEye, Nose, Mouth];

    /// <summary>The five crops: the face, then the parts.</summary>
    public static IReadOnlyList<string> Crops { get; } = [Face, .. Parts];

    /// <summary>The DCT amplitudes of the five crops, float[128] each.</summary>
    public static IReadOnlyList<string> Amplitudes { get; } = [.. Crops.Select(AmplitudeOf)];

    /// <summary>The name of the amplitude column of a crop, for example FaceDct.</summary>
    public static string AmplitudeOf(string crop) => crop + "Dct";
}
