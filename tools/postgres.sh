# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: a private PostgreSQL cluster. It listens on a Unix socket only, in a
# folder that nobody else may enter; that is why it asks for no password.

PG_PORT="${PG_PORT:-54329}"
# Another name gives another cluster: the end-to-end tests stop and kill theirs.
PG_CLUSTER="${PG_CLUSTER:-}"
PG_NAME="pg${PG_CLUSTER:+-$PG_CLUSTER}"
PG_RUN="run${PG_CLUSTER:+-$PG_CLUSTER}"

# The cluster and its socket lie in .local/pg and .local/run. Where that cannot work, both
# are links to a folder elsewhere: the user "postgres" cannot enter a clone below /root, and
# a socket's path may have 107 bytes.
pg_base() {
    if [[ -L "$LOCAL/$PG_NAME" ]]; then
        dirname "$(readlink "$LOCAL/$PG_NAME")"
    elif [[ -d "$LOCAL/$PG_NAME" ]]; then
        echo "$LOCAL"
    elif is_root && ! as_postgres test -x "$LOCAL"; then
        echo "/var/lib/postgresql/odoo-integration-$(hash_of "$ROOT")"
    elif ((${#LOCAL} > 80)); then
        echo "${XDG_STATE_HOME:-$HOME/.local/state}/odoo-integration-$(hash_of "$ROOT")"
    else
        echo "$LOCAL"
    fi
}
pg_data() { echo "$(pg_base)/$PG_NAME"; }
pg_socket() { echo "$(pg_base)/$PG_RUN"; }

cmd_psql() {
    ensure_postgres
    postgres_env
    [[ $# -gt 0 ]] || set -- "${DEMO_DB:-integration_demo}"
    exec "$(pg_bin)/psql" "$@"
}

# For tests and for people: start, stop, restart, kill (SIGKILL to the whole server).
cmd_postgres() {
    case "${1:-start}" in
        start) ensure_postgres ;;
        stop) stop_postgres ;;
        restart)
            stop_postgres
            ensure_postgres
            ;;
        kill)
            local pid
            pid="$(as_postgres head -n 1 "$(pg_data)/postmaster.pid")"
            kill -KILL "$pid"
            ;;
        *) die "./run postgres start|stop|restart|kill" ;;
    esac
}

postgres_env() {
    export PGHOST="$(pg_socket)" PGPORT="$PG_PORT" PGUSER=odoo
    unset PGDATABASE PGPASSWORD PGSERVICE
}

# PostgreSQL refuses to run as root.
as_postgres() {
    if is_root; then
        (cd / && runuser -u postgres -- "$@")
    else
        "$@"
    fi
}

ensure_postgres() {
    make_folders
    ensure_runtime
    postgres_answers || with_lock "postgres$PG_CLUSTER" start_postgres
}

postgres_answers() {
    "$(pg_bin)/pg_isready" -q -h "$(pg_socket)" -p "$PG_PORT" && stamp_is "cluster$PG_CLUSTER" ok
}

start_postgres() {
    postgres_answers && return
    local base data bin
    base="$(pg_base)"
    data="$base/$PG_NAME"
    bin="$(pg_bin)"
    make_base "$base"
    if ! stamp_is "cluster$PG_CLUSTER" ok || [[ ! -e "$data/PG_VERSION" ]]; then create_cluster "$data" "$bin"; fi
    private_folder "$base/$PG_RUN"
    say "PostgreSQL: starting"
    local try
    for try in 1 2 3 4 5; do
        as_postgres "$bin/pg_ctl" -D "$data" -l "$data/server.log" -w -t 300 \
            -o "-p $PG_PORT -k $base/$PG_RUN" start >"$LOGS/pg-start.log" 2>&1 </dev/null && break
        # After a SIGKILL the orphaned backends need a moment to notice.
        ((try < 5)) || die "PostgreSQL does not start: see $data/server.log"
        sleep 1
    done
    create_role "$bin"
    stamp_set "cluster$PG_CLUSTER" ok
}

make_base() {
    local base="$1"
    [[ "$base" == "$LOCAL" ]] && return
    mkdir -p "$base"
    chmod 755 "$base"
    ln -sfn "$base/$PG_NAME" "$LOCAL/$PG_NAME"
    ln -sfn "$base/$PG_RUN" "$LOCAL/$PG_RUN"
}

# Only the server's user (and root) may enter: that stands in for a password.
private_folder() {
    mkdir -p "$1"
    chmod 700 "$1"
    ! is_root || chown postgres "$1"
}

create_cluster() {
    local data="$1" bin="$2" major
    major="$("$bin/postgres" --version | grep -oE '[0-9]+' | head -1)"
    say "PostgreSQL: creating a private cluster"
    [[ ! -e "$data/postmaster.pid" ]] || as_postgres "$bin/pg_ctl" -D "$data" -m immediate stop || true
    rm -rf "$data"
    private_folder "$data"
    quietly pg-init as_postgres "$bin/initdb" -D "$data" -U postgres -A trust \
        -E UTF8 --locale=C.UTF-8
    cat >>"$data/postgresql.conf" <<'CONF'

# --- written by ./run ---
listen_addresses = ''
max_connections = 200
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
random_page_cost = 1.1
log_line_prefix = '%m [%p] %a %d '
log_lock_waits = on
CONF
    # After a crash one call syncs the file system, not one for each of 10,000 files:
    # 0.2 s instead of half a minute on a slow disk.
    ((major < 14)) || echo "recovery_init_sync_method = syncfs" >>"$data/postgresql.conf"
}

create_role() {
    local bin="$1"
    # shellcheck disable=SC2016
    quietly pg-role as_postgres "$bin/psql" -h "$(pg_socket)" -p "$PG_PORT" -U postgres -d postgres -v ON_ERROR_STOP=1 -c '
        DO $$ BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $r$odoo$r$) THEN
                CREATE ROLE odoo LOGIN CREATEDB;
            END IF;
        END $$'
}

stop_postgres() {
    local data
    data="$(pg_data)"
    [[ -e "$data/postmaster.pid" ]] || return 0
    say "PostgreSQL: stopping"
    as_postgres "$(pg_bin)/pg_ctl" -D "$data" -m fast -w -t 60 stop >/dev/null 2>&1 || true
}

db_exists() {
    postgres_env
    [[ "$(psql_at postgres "SELECT 1 FROM pg_database WHERE datname = '$1'")" == 1 ]]
}
db_drop() {
    postgres_env
    PGOPTIONS="-c client_min_messages=warning" "$(pg_bin)/dropdb" --if-exists --force "$1"
}
