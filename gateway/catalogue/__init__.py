"""What the console knows of lists and commands: all that their declarations say, as TypeScript."""
