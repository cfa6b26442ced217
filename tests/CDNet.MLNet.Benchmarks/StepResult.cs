using System.Text.Json;

namespace CDNet.MLNet.Benchmarks;

/// <summary>What one process measured.</summary>
/// <param name="Engine">Which library, with its version.</param>
/// <param name="Precision">float32 or bfloat16.</param>
/// <param name="SamplesPerSecond">Median over the timed steps.</param>
/// <param name="GemmGflops">Product of two matrices of 2,048 x 2,048 in this precision: the peak of the machine.</param>
/// <param name="Loss">Loss of the first step in 32 bits: the same weights and the same batch give the same number.</param>
internal sealed record StepResult(string Engine, string Precision, double SamplesPerSecond, double GemmGflops, double Loss)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    public static StepResult FromJson(string text) => JsonSerializer.Deserialize<StepResult>(text, Json)!;
}
