"""The twelve dossiers 项目档案, one module each: what the project is, what it hands in, and what must be found in it."""
