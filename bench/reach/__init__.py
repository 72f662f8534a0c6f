"""The figures that the project promises, one suite for each stretch of the road."""
