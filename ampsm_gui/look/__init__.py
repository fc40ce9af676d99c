"""How everything looks: tokens, theme, icons, figures, the words and shapes of a status."""
