# Sourced by the scripts in the root: ends with what to install where something is missing.
if ! command -v dotnet > /dev/null; then
  echo "The .NET 10 SDK is not installed (no dotnet command). Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again." >&2
  exit 2
fi
if ! dotnet --version > /dev/null 2>&1; then
  echo "The .NET SDK that global.json asks for is not installed: $(dotnet --version 2>&1 | head -n 3 | tr '\n' ' ')" >&2
  echo "Install the .NET 10 SDK from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again." >&2
  exit 2
fi
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
