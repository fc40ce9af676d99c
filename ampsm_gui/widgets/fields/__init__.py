"""Controls of dialogs with their labels and remarks."""
