"""Controls of dialogs: a `field` gives a control its label and says below it what is known or wrong."""
