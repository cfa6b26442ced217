namespace CDNet.Packaging.Tests;

/// <summary>The build targets that the packages bring: on systems with an older C++ runtime or without GTK the native libraries load all the same.</summary>
[TestClass]
public sealed class NativeLibraryTests
{
    [TestMethod]
    public void Application_with_the_packages_loads_libtorch_and_OpenCV_on_this_system()
    {
        var folder = Feed.NewFolder("trainer");
        var (torch, openCv) = (VersionOf("libtorch-cpu-linux-x64"), VersionOf("OpenCvSharp4.official.runtime.linux-x64"));
        File.WriteAllText(
            Path.Combine(folder, "trainer.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="CDNet.MLNet.Torch" Version="{Feed.Version}" />
                <PackageReference Include="CDNet.MLNet.Video" Version="{Feed.Version}" />
                <PackageReference Include="libtorch-cpu-linux-x64" Version="{torch}" />
                <PackageReference Include="OpenCvSharp4.official.runtime.linux-x64" Version="{openCv}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(
            Path.Combine(folder, "Program.cs"),
            """
            using CDNet.MLNet.Video;
            using Microsoft.ML;

            var estimator = new MLContext().BinaryClassification.Trainers.CDNet();
            Console.WriteLine($"{estimator.GetType().Name} {TorchSharp.torch.ones(3).sum().item<float>()}");
            File.WriteAllText("text.mp4", "this is no video");
            try
            {
                VideoReader.Open("text.mp4");
            }
            catch (InvalidDataException e)
            {
                Console.WriteLine(e.Message);
            }
            """);

        var output = Shell.Do(folder, "dotnet", "run");

        StringAssert.Contains(output, "CDNetTrainer 3");
        StringAssert.Contains(output, "text.mp4: ");
    }

    private static string VersionOf(string package)
        => System.Xml.Linq.XDocument.Load(Path.Combine(Feed.Repository, "Directory.Packages.props")).Descendants("PackageVersion")
            .Single(element => (string?)element.Attribute("Include") == package).Attribute("Version")!.Value;
}
