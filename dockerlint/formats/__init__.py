"""What is written? Text of each format → located parts. Knows no project: one file in, its content and places out."""
