"""Activities: what people and vehicles did, told from subjects; the vocabulary is closed."""
