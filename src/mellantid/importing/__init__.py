"""Importing: files into ledger entries: readers, detection, map, the three shapes, report."""
