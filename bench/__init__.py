"""The benchmarks, side by side with other programs that do the same: no part of what is published."""
