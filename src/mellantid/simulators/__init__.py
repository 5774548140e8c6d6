"""Simulators of CRMs' HTTP interfaces, for the tests and for anyone who develops.

`crm` is what is true: pipelines, people, deals and their history. Each vendor's file shows that as
the vendor documents its interface; `faults` lets it fail as real ones do, and counts requests.
"""
