"""Where state lives: PostgreSQL, the columnar lake, encryption, migrations."""
