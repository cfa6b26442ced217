using CDNet.MLNet.Calibration;
using CDNet.MLNet.Cluster;
using CDNet.MLNet.Data;
using CDNet.MLNet.Decision;
using CDNet.MLNet.Faces;
using CDNet.MLNet.Frequency;
using CDNet.MLNet.Pipeline;
using CDNet.MLNet.Prepared;

// ML.NET's convention: extensions of its catalogs live in its namespace, so that a package reference is all it takes to see them.
namespace Microsoft.ML;

/// <summary>CDNet's components on ML.NET's catalogs.</summary>
public static class CDNetCatalog
{
    /// <summary>Loads pictures from paths: upright by EXIF, and one that cannot be read does not stop the others.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column of pictures that comes out.</param>
    /// <param name="inputColumnName">The column of paths.</param>
    public static PictureLoader LoadPictures(this TransformsCatalog catalog, string outputColumnName = FaceColumns.Image, string inputColumnName = "Path")
        => new(outputColumnName, inputColumnName);

    /// <summary>Finds the face of each picture and cuts it and its parts out.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="imageColumnName">The column of pictures.</param>
    /// <param name="options">Detector, thresholds and geometry; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static FacePartCropper CropFaceParts(
        this TransformsCatalog catalog, string imageColumnName = FaceColumns.Image, FacePartCropOptions? options = null)
        => new(imageColumnName, options);

    /// <summary>Turns the encoded crops of a prepared set into the crop columns that <see cref="CropFaceParts"/> gives.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    public static CropDecoder DecodeCrops(this TransformsCatalog catalog) => new();

    /// <summary>Describes crops by 128 DCT amplitudes each.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">Columns, bands and scale; the defaults where null: the five crops of CropFaceParts.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static DctAmplitudeFeaturizer DctAmplitude(this TransformsCatalog catalog, DctAmplitudeOptions? options = null) => new(options);

    /// <summary>Decides between real and fake by the distances to two class centres.</summary>
    /// <param name="catalog">The catalog of binary classification trainers.</param>
    /// <param name="labelColumnName">The label column, Boolean: true is fake.</param>
    /// <param name="featureColumnName">The feature column.</param>
    public static ClusterDecisionTrainer ClusterDecision(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog,
        string labelColumnName = FaceColumns.Label,
        string featureColumnName = FaceColumns.Features)
        => new(new ClusterDecisionOptions { LabelColumnName = labelColumnName, FeatureColumnName = featureColumnName });

    /// <summary>Decides between real and fake by the distances to two class centres.</summary>
    /// <param name="catalog">The catalog of binary classification trainers.</param>
    /// <param name="options">Columns, centres and score.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ClusterDecisionTrainer ClusterDecision(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, ClusterDecisionOptions options)
        => new(options);

    /// <summary>Decides between real and fake by the fully connected head that the features were trained with.</summary>
    /// <param name="catalog">The catalog of binary classification trainers.</param>
    /// <param name="featureColumnName">The feature column, which carries the head.</param>
    public static FullyConnectedDecisionTrainer FullyConnectedDecision(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, string featureColumnName = FaceColumns.Features)
        => new(new FullyConnectedDecisionOptions { FeatureColumnName = featureColumnName });

    /// <summary>Decides between real and fake by a fully connected head.</summary>
    /// <param name="catalog">The catalog of binary classification trainers.</param>
    /// <param name="options">Column and head.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static FullyConnectedDecisionTrainer FullyConnectedDecision(
        this BinaryClassificationCatalog.BinaryClassificationTrainers catalog, FullyConnectedDecisionOptions options)
        => new(options);

    /// <summary>Makes the probability behind a decision one that can be taken at its word, and its threshold one for a wanted share of false alarms.</summary>
    /// <param name="catalog">The catalog of calibrators.</param>
    /// <param name="options">Label column, false alarms; the defaults where null.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static ScoreCalibrator ScoreCalibration(this BinaryClassificationCatalog.CalibratorsCatalog catalog, ScoreCalibrationOptions? options = null)
        => new(options);
}
