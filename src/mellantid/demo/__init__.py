"""The demo: a Swedish company with two years of deals, and a leg that has lost its pace."""

from mellantid.demo.company import DemoCompany, DemoTarget, demo_organisation
from mellantid.demo.rows import DemoRows

__all__ = ["DemoCompany", "DemoRows", "DemoTarget", "demo_organisation"]
