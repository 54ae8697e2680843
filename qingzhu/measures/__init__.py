"""Tables in, figures out 指标: one SQL file a measure."""
