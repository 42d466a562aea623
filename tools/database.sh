# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: databases. What our addons depend on takes most of the time to
# install and never changes with our code: it is installed once into a base database, and
# every other database starts as a copy of it.

cmd_newdb() {
    [[ $# -ge 1 ]] || die "./run newdb NAME [MODULE,MODULE]"
    ensure_odoo
    new_database "$1" "${2:-$(addons_in addons | comma)}"
}

# Addons our addons (and the given ones) depend on, without ours.
base_modules() {
    "$VENV/bin/python" - "$ROOT" <<'PY'
import ast, pathlib, sys

root = pathlib.Path(sys.argv[1])
ours, wanted = set(), {"base", "web"}
for path in root.glob("addons/*/__manifest__.py"):
    manifest = ast.literal_eval(path.read_text())
    ours.add(path.parent.name)
    wanted.update(manifest.get("depends", ()))
for path in root.glob("tests/addons/*/__manifest__.py"):
    ours.add(path.parent.name)
    wanted.update(ast.literal_eval(path.read_text()).get("depends", ()))
print(",".join(sorted(wanted - ours)))
PY
}

# Makes the base database if it is missing and prints its name.
ensure_base_database() {
    local modules name
    modules="$(base_modules)"
    name="base_$(hash_of "$modules" "$(runtime_inputs)" "${ODOO_DATA##*/}")"
    db_exists "$name" || with_lock "base$PG_CLUSTER" make_base_database "$name" "$modules"
    echo "$name"
}

make_base_database() {
    local name="$1" modules="$2" old
    db_exists "$name" && return
    say "base database: Odoo with $modules (once)"
    for old in $(psql_at postgres "SELECT datname FROM pg_database WHERE datname ~ '^base_[0-9a-f]{16}(_new)?\$'"); do
        db_drop "$old"
        rm -rf "$ODOO_DATA/filestore/$old"
    done
    rm -rf "$ODOO_DATA/filestore/${name}_new"
    ODOO_QUEUE_JOB_CHANNELS=root:0 quietly base-database "$ODOO" -d "${name}_new" -i "$modules" \
        --stop-after-init --no-http --max-cron-threads=0 --workers=0
    rename_database "${name}_new" "$name"
}

# A renamed database is a finished one: an interrupted build leaves only "…_new".
rename_database() {
    rm -rf "$ODOO_DATA/filestore/$2"
    mkdir -p "$ODOO_DATA/filestore/$1"
    mv "$ODOO_DATA/filestore/$1" "$ODOO_DATA/filestore/$2"
    psql_at postgres "ALTER DATABASE \"$1\" RENAME TO \"$2\"" >/dev/null
}

copy_database() {
    local source="$1" target="$2"
    db_drop "$target"
    rm -rf "$ODOO_DATA/filestore/$target"
    # PostgreSQL 15 copies through the WAL by default, and after a crash before the next
    # checkpoint the sequences of such a copy stand where they stood before.
    local strategy=()
    (($("$(pg_bin)/postgres" --version | grep -oE '[0-9]+' | head -1) < 15)) ||
        strategy=(--strategy=file_copy)
    "$(pg_bin)/createdb" "${strategy[@]}" -T "$source" "$target"
    [[ ! -d "$ODOO_DATA/filestore/$source" ]] ||
        cp -r "$ODOO_DATA/filestore/$source" "$ODOO_DATA/filestore/$target"
    # A copy is another database: its own identity and its own session secret.
    psql_at "$target" "UPDATE ir_config_parameter SET value = gen_random_uuid()
        WHERE key IN ('database.uuid', 'database.secret')" >/dev/null
}

# new_database NAME MODULES: fresh, with the modules installed.
new_database() {
    local base
    base="$(ensure_base_database)"
    copy_database "$base" "$1"
    [[ -z "$2" ]] && return
    say "database $1: installing $2"
    ODOO_QUEUE_JOB_CHANNELS=root:0 quietly "install-$1" "$ODOO" -d "$1" -i "$2" \
        --stop-after-init --no-http --max-cron-threads=0 --workers=0
}

psql_at() { "$(pg_bin)/psql" -d "$1" -v ON_ERROR_STOP=1 -qAtc "$2"; }
