// What a test starts computes on one processor; two classes at once keep two of them busy when the other test programs have ended.
[assembly: Parallelize(Workers = 2, Scope = ExecutionScope.ClassLevel)]
