using System.Reflection;
using System.Text.Json.Serialization;

namespace CDNet.Cli.Scores;

/// <summary>The one name that a property has in every format.</summary>
internal static class JsonNames
{
    public static string Of(MemberInfo member) => member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? member.Name;
}
