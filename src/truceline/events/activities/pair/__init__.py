"""What was done between people: pursuing, dragging, carrying; and who was in danger."""
