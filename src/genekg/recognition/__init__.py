"""From the prose of a page to statements, each with its exact sentence and place."""
