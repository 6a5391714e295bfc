"""What the console knows of lists, commands and reports: all that their declarations say, as TypeScript."""
