"""Reading a scenario's text: layers, draws, and one module for each part of the language."""
