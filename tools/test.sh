# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: the tests. tools/test.py runs the parts, counts and sums up.

TEST_DB="${TEST_DB:-integration_test}"

cmd_test() {
    local parts=() part
    while [[ $# -gt 0 ]]; do
        case "$1" in
            engine | conformance | odoo | e2e) parts+=("$1") ;;
            simulators) parts+=(conformance) ;;
            -* | /* | *:* | *.py) break ;;
            *) die "There is no test part '$1': engine, conformance, odoo, e2e" ;;
        esac
        shift
    done
    [[ ${#parts[@]} -gt 0 ]] || parts=(engine conformance odoo e2e)
    # Nothing outside decides what the tests see.
    INTEGRATION_ENVIRONMENT=test INTEGRATION_PRIVATE_HOSTS=''
    unset INTEGRATION_KEYS_TEST
    ensure_runtime
    ensure_test_tools
    ensure_odoo
    export ODOO_QUEUE_JOB_CHANNELS=root:0 TZ=UTC
    export ODOO_BIN="$ODOO" ODOO_INTEGRATION_RUN="$ROOT/run" TEST_DB
    trap 'exit 130' INT TERM
    "$VENV/bin/python" "$ROOT/tools/test.py" "${parts[*]}" "$@"
}

# Called by tools/test.py: the database of the Odoo tests, without our addons yet.
cmd_testdb() {
    ensure_odoo
    copy_database "$(ensure_base_database)" "$TEST_DB"
}
