// Each test starts programs that use all processors.
[assembly: DoNotParallelize]
