"""Rules as data 规则: documents, clauses, limits, schemes, words, each with its date, unit and confidence."""
