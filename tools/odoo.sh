# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: Odoo's configuration and command line.

ODOO="$LOCAL/bin/odoo"
ODOO_CONF="$LOCAL/odoo${PG_CLUSTER:+-$PG_CLUSTER}.conf"
# A filestore belongs to a database: databases of two clusters may have the same name.
ODOO_DATA="$LOCAL/data${PG_CLUSTER:+-$PG_CLUSTER}"

cmd_odoo() {
    ensure_odoo
    exec "$ODOO" "$@"
}

cmd_python() {
    ensure_odoo
    exec "$VENV/bin/python" "$@"
}

# Everything an Odoo process needs, and the environment it reads.
ensure_odoo() {
    ensure_runtime
    ensure_postgres
    postgres_env
    odoo_env
    environment_env "${INTEGRATION_ENVIRONMENT:-test}"
    write_odoo_conf
}

odoo_env() {
    export ODOO_RC="$ODOO_CONF" PYTHONUNBUFFERED=1
    export ODOO_INTEGRATION_ROOT="$ROOT"
}

# environment_env NAME: which environment the processes are, with its key ring, and the
# private addresses they may reach (the simulator). What the caller has set stays.
environment_env() {
    local name="$1" keys="INTEGRATION_KEYS_${1^^}"
    export INTEGRATION_ENVIRONMENT="$name"
    [[ -n "${!keys:-}" ]] || export "$keys=$(key_ring "$name")"
    export INTEGRATION_PRIVATE_HOSTS="${INTEGRATION_PRIVATE_HOSTS:-127.0.0.1:$STRIPE_PORT}"
}

# The key ring "id:base64" of an environment; made once, kept in .local/keys.
key_ring() {
    local file="$LOCAL/keys/$1"
    if [[ ! -s "$file" ]]; then
        mkdir -p -m 700 "$LOCAL/keys"
        (umask 077 && echo "k1:$(head -c 32 /dev/urandom | base64 -w0)" >"$file.new")
        mv "$file.new" "$file"
    fi
    cat "$file"
}

# Folders with addons: ours, the test-only ones, and those of an Odoo checkout.
addons_path() {
    local folders=() folder
    for folder in "$ROOT/addons" "$ROOT/tests/addons" "${ODOO_HOME:+$(odoo_path)/addons}"; do
        [[ -n "$folder" ]] && compgen -G "$folder/*/__manifest__.py" >/dev/null &&
            folders+=("$folder")
    done
    folders+=("$(site_packages)/odoo/addons")
    (IFS=, && echo "${folders[*]}")
}

# The values every command shares; a command gives its ports and database as arguments.
write_odoo_conf() {
    cat >"$ODOO_CONF.$$" <<CONF
# Written by ./run at every start: change odoo.conf in the project's folder for production.
[options]
addons_path = $(addons_path)
data_dir = $ODOO_DATA
db_host = $PGHOST
db_port = $PGPORT
db_user = odoo
list_db = False
http_interface = 127.0.0.1
server_wide_modules = base,rpc,web,queue_job,integration_core
CONF
    mv "$ODOO_CONF.$$" "$ODOO_CONF"
}

# Names of our addons, dependencies need no order: "addons_in addons tests/addons".
addons_in() {
    local folder manifest
    for folder in "$@"; do
        for manifest in "$ROOT/$folder"/*/__manifest__.py; do
            [[ -e "$manifest" ]] && basename "${manifest%/*}"
        done
    done
    return 0
}
comma() { paste -sd, -; }
