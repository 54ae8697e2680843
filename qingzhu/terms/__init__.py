"""The words 术语: units, times, subjects, figures, errors. Imports nothing from the other rooms."""
