# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""``odoo_script.py DATABASE FILE``: runs FILE's ``main(env)`` inside a database.

Commits when it returns; any error ends with a traceback and exit code 1, nothing
changed. FILE's own folder is on the import path.
"""

import runpy
import sys
from pathlib import Path

import odoo.init  # noqa: F401  Odoo's own set-up, before anything else of it
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def run(database, file):
    config.parse_config(["--no-http", f"--database={database}"], setup_logging=True)
    sys.path.insert(0, str(Path(file).parent))
    main = runpy.run_path(file)["main"]
    with Registry(database).cursor() as cr:
        main(api.Environment(cr, SUPERUSER_ID, {}))


if __name__ == "__main__":
    run(*sys.argv[1:])
