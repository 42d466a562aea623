# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: static checks.

cmd_lint() {
    ensure_runtime
    ensure_test_tools
    cd "$ROOT"
    PATH="$VENV/bin:$PATH" "$VENV/bin/python" tools/lint.py "$@"
}
