"""The desktop app: PySide6 on top of the core. It reads through workflows and starts work by running commands."""
