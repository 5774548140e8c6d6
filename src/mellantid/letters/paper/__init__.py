"""Paper: pages of text and lines as PDF, with the fonts embedded."""
