#!/usr/bin/env -S dotnet run --file
#:package CDNet.MLNet@0.1.*
#:property PublishAot=false
// Every face of pictures, of many files at once, and what drove the decision on the most suspicious one.
//
//   dotnet run score.cs PICTURE...
using CDNet.MLNet.Scoring;
using CDNet.MLNet.Scoring.Evidence;

using var scorer = BatchScorer.LoadDefault();   // or BatchScorer.Load("model.zip")
FaceVerdict? worst = null;
await foreach (var face in scorer.ScoreAsync(args))
{
    Console.WriteLine($"{face.Path}: {face.Verdict} {face.Probability:P1} {(face.IsUnfamiliar ? "unfamiliar" : face.Error)}");
    if (face.Score > (worst?.Score ?? float.NegativeInfinity))
        worst = face;
}
if (worst is null)
    return 1;
Console.WriteLine($"most suspicious: {worst.Path}, face {worst.Face}. What each part adds to its score of {worst.Score:F2} (above 0 speaks for fake):");
using var explainer = new FaceExplainer(scorer.Model);
foreach (var part in explainer.Explain(worst.Path)[worst.Face].Parts)
    Console.WriteLine($"  {part.Part,-8} {part.Contribution,6:F2}   seen {part.Spatial,6:F2}, frequencies {part.Frequency,6:F2}");
return 0;
