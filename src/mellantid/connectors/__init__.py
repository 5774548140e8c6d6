"""Connectors: where the deals already live, read again and again into the ledger.

A connector turns a source's records into what is told of deals (`told`); what that means for the
ledger (`entries`), when to ask (`syncing`) and what is remembered between (`keeping`) is the same
for all. A vendor's own room holds its client, its reading of payloads and its words.
"""
