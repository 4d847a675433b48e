"""The night's own reading and writing: closed forms by parts, standings where they changed."""
