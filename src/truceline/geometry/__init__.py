"""Pure maths: the camera with its covariance, the line with its sides."""
