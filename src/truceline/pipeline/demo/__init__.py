"""The demonstration: the model incident from footage to a verified pack, and one changed byte refused."""
