"""A simulated Odoo: its JSON-2 and XML-RPC interfaces over a `SimulatedCrm`.

`history` is what it would have noted of each deal, `models` shows it as Odoo's records, `domains`
searches them, `server` answers as Odoo does.
"""

from mellantid.simulators.odoo.server import Odoo, application

__all__ = ["Odoo", "application"]
