/// <summary>What the model zip reads: a picture's path.</summary>
public sealed class ModelInput
{
    public string Path { get; set; } = "";
}
