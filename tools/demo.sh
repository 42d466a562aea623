# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: the demo (two Odoo processes, a local Stripe), stop, clean, shell,
# bench. Order of a start: database, simulator, Odoo, configuration. Each step is either
# finished or done again by the next start.

DEMO_ENVIRONMENT=test
SIMULATOR="$ROOT/tests/simulators/stripe.py"

cmd_demo() {
    INTEGRATION_ENVIRONMENT="$DEMO_ENVIRONMENT"
    ensure_odoo
    demo_env
    trap 'demo_interrupted' INT TERM
    if demo_runs; then
        say "the demo runs already (./run stop ends it)"
    else
        stop_demo
        demo_ports
        with_lock demo demo_database
        demo_start
    fi
    demo_configure
    trap - INT TERM
    demo_welcome
}

# All processes are there, with this code and on these ports.
demo_runs() {
    process_alive web && process_alive jobs &&
        { process_alive stripe || [[ ! -e "$SIMULATOR" ]]; } &&
        stamp_is demo-code "$(demo_code)" && stamp_is demo-started "$(demo_addresses)"
}
demo_addresses() { hash_of "$DEMO_WEB_URL" "$DEMO_JOBS_URL" "$DEMO_STRIPE_URL"; }

demo_env() {
    export DEMO_DB
    export DEMO_WEB_URL="http://127.0.0.1:$WEB_PORT"
    export DEMO_JOBS_URL="http://127.0.0.1:$JOBS_PORT"
    export DEMO_STRIPE_URL="http://127.0.0.1:$STRIPE_PORT"
}

demo_ports() {
    need_port "$WEB_PORT" WEB_PORT
    need_port "$GEVENT_PORT" GEVENT_PORT
    need_port "$JOBS_PORT" JOBS_PORT
    need_port "$JOBS_GEVENT_PORT" JOBS_GEVENT_PORT
    need_port "$STRIPE_PORT" STRIPE_PORT
}

demo_interrupted() {
    trap - INT TERM
    warn "interrupted: stopping what was started. ./run demo starts again."
    stop_demo
    exit 130
}

# --- database ------------------------------------------------------------------------

demo_database() {
    local modules code
    modules="$(addons_in addons | comma)"
    code="$(demo_code)"
    if ! db_exists "$DEMO_DB"; then
        new_database "${DEMO_DB}_new" "$modules"
        demo_assets "${DEMO_DB}_new"
        rename_database "${DEMO_DB}_new" "$DEMO_DB"
        rm -f "$STAMPS/demo-configured"
    elif ! stamp_is demo-code "$code"; then
        say "database $DEMO_DB: updating $modules"
        ODOO_QUEUE_JOB_CHANNELS=root:0 quietly demo-update "$ODOO" -d "$DEMO_DB" \
            -i "$modules" -u "$modules" --stop-after-init --no-http --max-cron-threads=0 --workers=0
        demo_assets "$DEMO_DB"
    fi
    stamp_set demo-code "$code"
}

# Changes with every file of our addons.
demo_code() {
    (cd "$ROOT/addons" && find . -type f ! -name '*.pyc' ! -path '*/tests/*' -print0 |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
}

# Builds the style sheets and scripts now, not at a person's first click.
demo_assets() {
    say "database $1: preparing the screens"
    quietly demo-assets "$VENV/bin/python" "$ROOT/tools/odoo_script.py" "$1" \
        "$ROOT/tools/demo/assets.py"
}

demo_configure() {
    local inputs
    inputs="$(hash_of "$DEMO_WEB_URL" "$DEMO_STRIPE_URL" "$(hash_of_files "$ROOT"/tools/demo/*.py)")"
    stamp_is demo-configured "$inputs" && return
    say "users and connector"
    quietly demo-configure "$VENV/bin/python" "$ROOT/tools/odoo_script.py" "$DEMO_DB" \
        "$ROOT/tools/demo/configure.py"
    stamp_set demo-configured "$inputs"
}

# --- processes -------------------------------------------------------------------------

demo_start() {
    if [[ -e "$SIMULATOR" ]]; then
        say "local Stripe on port $STRIPE_PORT"
        process_start stripe "$VENV/bin/python" "$SIMULATOR" serve --port "$STRIPE_PORT" \
            --state "$LOCAL/stripe" --business
    fi
    say "Odoo: web on port $WEB_PORT, jobs on port $JOBS_PORT"
    # Started again when it ends by itself, as a service manager would (tools/keep.py).
    local server=("$VENV/bin/python" "$ROOT/tools/keep.py" "$ODOO")
    # The web process answers people and webhooks and never runs a job.
    ODOO_QUEUE_JOB_CHANNELS=root:0 \
        process_start web "${server[@]}" --database="$DEMO_DB" --workers=2 --max-cron-threads=0 \
        --http-port="$WEB_PORT" --gevent-port="$GEVENT_PORT"
    # The jobs process has its own runner, which calls its own workers.
    ODOO_QUEUE_JOB_CHANNELS="${JOBS_CHANNELS:-root:2,root.integration:2}" \
        ODOO_QUEUE_JOB_HOST=127.0.0.1 ODOO_QUEUE_JOB_PORT="$JOBS_PORT" \
        process_start jobs "${server[@]}" --database="$DEMO_DB" --workers=2 --max-cron-threads=1 \
        --http-port="$JOBS_PORT" --gevent-port="$JOBS_GEVENT_PORT"
    wait_for_http web "$WEB_PORT" /web/login 90
    wait_for_http jobs "$JOBS_PORT" /web/login 90
    [[ ! -e "$SIMULATOR" ]] || process_alive stripe || {
        tail -n 15 "$LOGS/stripe.log" >&2
        die "the local Stripe ended by itself: see $LOGS/stripe.log"
    }
    stamp_set demo-started "$(demo_addresses)"
}

stop_demo() {
    local name
    for name in stripe web jobs; do process_ask_to_stop "$name"; done
    for name in stripe web jobs; do process_stop "$name"; done
}

demo_welcome() {
    local text
    text="$(<"$ROOT/tools/demo/welcome.txt")"
    text="${text//\{WEB_URL\}/$DEMO_WEB_URL}"
    text="${text//\{STRIPE_URL\}/$DEMO_STRIPE_URL}"
    printf '\n%s\n' "$text"
}

cmd_stop() {
    make_folders
    runtime_is_ready || return 0
    say "stopping the demo"
    stop_demo
    local folder name
    for folder in "$LOCAL"/pg*; do
        name="${folder##*/pg}"
        # shellcheck disable=SC2030
        [[ ! -e "$folder/PG_VERSION" ]] || PG_CLUSTER="${name#-}" "$ROOT/run" postgres stop
    done
    say "stopped; ./run demo starts again where it left off"
}

cmd_clean() {
    [[ -e "$LOCAL" ]] || return 0
    if [[ "${1:-}" != --yes ]]; then
        [[ -t 0 ]] || die "./run clean removes $LOCAL with all databases; say ./run clean --yes"
        local answer
        read -r -p "Remove $LOCAL with all databases and downloads? [y/N] " answer
        [[ "$answer" == [yY]* ]] || die "Nothing was removed."
    fi
    cmd_stop
    local link
    for link in "$LOCAL"/pg* "$LOCAL"/run*; do
        [[ ! -L "$link" ]] || rm -rf "$(dirname "$(readlink "$link")")"
    done
    rm -rf "$LOCAL"
    say "removed"
}

# --- shell and benchmarks ------------------------------------------------------------

cmd_shell() {
    INTEGRATION_ENVIRONMENT="$DEMO_ENVIRONMENT"
    ensure_odoo
    demo_env
    db_exists "$DEMO_DB" || die "There is no demo database yet: ./run demo makes it."
    ODOO_QUEUE_JOB_CHANNELS=root:0 exec "$ODOO" shell --database="$DEMO_DB" --no-http "$@"
}

cmd_bench() {
    INTEGRATION_ENVIRONMENT=test
    ensure_runtime
    ensure_test_tools
    has_program wrk || with_lock setup debian_packages wrk
    ensure_odoo
    export ODOO_BIN="$ODOO" ODOO_INTEGRATION_RUN="$ROOT/run"
    local file name names=() options=() failed=()
    for name in "$@"; do
        if [[ "$name" == -* ]]; then options+=("$name"); else names+=("$name"); fi
    done
    for name in "${names[@]:-*}"; do
        # shellcheck disable=SC2086  # a pattern
        for file in "$ROOT"/benchmarks/$name.py; do
            [[ -e "$file" ]] || die "There is no benchmark '$name' in benchmarks/"
            [[ "${file##*/}" == _* ]] && continue
            say "benchmark ${file##*/}"
            "$VENV/bin/python" "$file" "${options[@]}" || failed+=("${file##*/}")
        done
    done
    [[ ${#failed[@]} -eq 0 ]] || die "Failed: ${failed[*]}"
}
