namespace CDNet.MLNet.Scoring;

/// <summary>How the scores of a video's faces become one.</summary>
public enum VideoAggregation
{
    /// <summary>The mean score of the most suspicious face through time: a swapped face may stand beside real ones. The default.</summary>
    MostSuspiciousTrack,

    /// <summary>The mean score of all faces in all frames.</summary>
    MeanOfFaces,

    /// <summary>The highest score of a face in any frame: the most sensitive, and the one that is most often wrong.</summary>
    HighestFace,
}
