"""What is measured of subjects before anything is told of them: courses, speeds, postures, views."""
