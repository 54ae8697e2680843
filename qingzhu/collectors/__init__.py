"""Raw files in, tables out 采集: one module a kind of evidence. Knows no rulebook: synonyms and densities are arguments."""
