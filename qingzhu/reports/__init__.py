"""Reports 报告: an evaluation in, pages and text out: HTML, JSON, terminal. No figure is computed here."""
