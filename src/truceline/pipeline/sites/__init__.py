"""The journeys of a site: calibrate a camera, check the survey, draw its page."""
