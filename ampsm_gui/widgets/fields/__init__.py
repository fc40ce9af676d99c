"""Controls of dialogs and heads: a `field` gives a control its label and says below it what is known or wrong; a
`choice` folds out, a `path_list` scrolls.
"""
