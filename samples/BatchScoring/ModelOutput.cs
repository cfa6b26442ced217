using Microsoft.ML.Data;

/// <summary>What the model zip says of the most confident face of a picture.</summary>
public sealed class ModelOutput
{
    public string Path { get; set; } = "";

    /// <summary>True: called fake. False without a face.</summary>
    public bool PredictedLabel { get; set; }

    /// <summary>Probability of fake, 0 to 1; NaN without a face.</summary>
    public float Probability { get; set; }

    /// <summary>Log-odds of fake before calibration; NaN without a face.</summary>
    public float Score { get; set; }

    /// <summary>0: no face was found.</summary>
    public float FaceConfidence { get; set; }

    /// <summary>Left, top, width and height of the face in pixels of the upright picture.</summary>
    [VectorType(4)]
    public float[] FaceBox { get; set; } = [];

    /// <summary>Why the picture could not be read; empty where it could.</summary>
    public string ImageError { get; set; } = "";
}
