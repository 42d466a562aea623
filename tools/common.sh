# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: paths, progress lines, locks, processes.

LOCAL="$ROOT/.local"
LOGS="$LOCAL/log"
PIDS="$LOCAL/pid"
STAMPS="$LOCAL/stamp"
SECONDS=0

# Given once, an Odoo of the user's own is remembered; ODOO_HOME= (empty) forgets it.
ODOO_HOME="${ODOO_HOME-$(cat "$LOCAL/odoo_home" 2>/dev/null || true)}"

WEB_PORT="${WEB_PORT:-8069}"
GEVENT_PORT="${GEVENT_PORT:-8072}"
JOBS_PORT="${JOBS_PORT:-8079}"
JOBS_GEVENT_PORT="${JOBS_GEVENT_PORT:-8082}"
STRIPE_PORT="${STRIPE_PORT:-8090}"
DEMO_DB="${DEMO_DB:-integration_demo}"

if [[ -t 1 && -z "${NO_COLOR:-}" ]]; then
    BOLD=$'\e[1m' DIM=$'\e[2m' RED=$'\e[31m' GREEN=$'\e[32m' YELLOW=$'\e[33m' RESET=$'\e[0m'
else
    BOLD='' DIM='' RED='' GREEN='' YELLOW='' RESET=''
fi

# One progress line; standard error, so that the output of a command stays clean.
say() { printf '%s[%3ds]%s %s\n' "$DIM" "$SECONDS" "$RESET" "$*" >&2; }
warn() { printf '%s[%3ds] %s%s\n' "$YELLOW" "$SECONDS" "$*" "$RESET" >&2; }
die() {
    printf '%s%s%s\n' "$RED" "$*" "$RESET" >&2
    exit 1
}

is_root() { [[ "$(id -u)" == 0 ]]; }

make_folders() {
    # Neither a script's first line nor Odoo's lists of folders can hold these.
    [[ "$ROOT" != *[[:space:],]* ]] || die "Please move this folder to a path without blanks and commas: $ROOT"
    mkdir -p "$LOGS" "$PIDS" "$STAMPS" "$ODOO_DATA"
}

# stamp_is NAME TEXT…: true when NAME was last finished with exactly these inputs.
stamp_is() {
    local name="$1"
    shift
    [[ "$(cat "$STAMPS/$name" 2>/dev/null)" == "$(hash_of "$@")" ]]
}
stamp_set() {
    local name="$1"
    shift
    hash_of "$@" >"$STAMPS/$name"
}
hash_of() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }
hash_of_files() { cat "$@" 2>/dev/null | sha256sum | cut -c1-16; }

# quietly LOG COMMAND…: runs it, shows the log's end only when it fails.
quietly() {
    local log="$LOGS/${PG_CLUSTER:+$PG_CLUSTER-}$1.log"
    shift
    if ! "$@" >"$log" 2>&1 </dev/null; then
        grep -vE '^[-0-9]+ [:0-9,]+ [0-9]+ INFO ' "$log" | tail -n 12 >&2
        die "Failed: see $log"
    fi
}

# with_lock NAME FUNCTION…: one ./run at a time inside; the lock dies with its holder.
with_lock() {
    local name="$1"
    shift
    (
        flock -n 9 || {
            say "another ./run is busy with '$name', waiting for it"
            flock 9
        }
        "$@" 9>&-
    ) 9>"$LOCAL/$name.lock"
}

port_is_busy() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# need_port PORT VARIABLE: clear error when something else listens there.
need_port() {
    port_is_busy "$1" || return 0
    die "Port $1 is in use by another program. Stop that program, or choose another port: $2=<number> ./run demo"
}

# --- processes by pid file -------------------------------------------------------

process_alive() {
    local pid
    pid="$(cat "$PIDS/$1" 2>/dev/null)" || return 1
    # A pid may have been given to another program since: compare its start mark.
    [[ -n "$pid" ]] && process_runs "$pid" &&
        [[ "$(process_mark "$pid")" == "$(cat "$PIDS/$1.mark" 2>/dev/null)" ]]
}
# Exists and is not a zombie.
process_runs() { [[ "$(sed 's/.*) //' "/proc/$1/stat" 2>/dev/null)" == [!Z]* ]]; }
# When it started, in ticks since boot; the name before it may hold blanks.
process_mark() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true; }

# process_start NAME COMMAND…: in its own session, so that Ctrl-C here does not end it.
process_start() {
    local name="$1"
    shift
    setsid "$@" >>"$LOGS/$name.log" 2>&1 </dev/null &
    echo $! >"$PIDS/$name"
    process_mark $! >"$PIDS/$name.mark"
}

# process_ask_to_stop NAME: without waiting.
process_ask_to_stop() {
    ! process_alive "$1" || kill -TERM "$(cat "$PIDS/$1")" 2>/dev/null || true
}

# process_stop NAME [SECONDS]: asks, waits, then kills the whole process group.
process_stop() {
    local name="$1" limit="${2:-15}" pid
    if process_alive "$name"; then
        pid="$(cat "$PIDS/$name")"
        kill -TERM "$pid" 2>/dev/null || true
        local end=$((SECONDS + limit))
        while process_runs "$pid" && ((SECONDS < end)); do sleep 0.1; done
        kill -KILL -- "-$pid" 2>/dev/null || true
    elif pid="$(cat "$PIDS/$name" 2>/dev/null)" && [[ -n "$pid" ]] && ! process_runs "$pid"; then
        # Its master was killed; its group's number is nobody else's while workers live.
        kill -KILL -- "-$pid" 2>/dev/null || true
    fi
    rm -f "$PIDS/$name" "$PIDS/$name.mark"
}

# wait_for_http NAME PORT PATH SECONDS: until the process answers 200 there.
wait_for_http() {
    local name="$1" port="$2" path="$3" end=$((SECONDS + $4))
    until [[ "$(http_status "$port" "$path")" == 200 ]]; do
        if ! process_alive "$name"; then
            tail -n 25 "$LOGS/$name.log" >&2
            die "$name ended by itself: see $LOGS/$name.log"
        fi
        ((SECONDS < end)) || die "$name does not answer on port $port: see $LOGS/$name.log"
        sleep 0.2
    done
}

# Status of a GET, without curl (a bare Debian has none).
http_status() {
    local protocol status
    {
        exec 3<>"/dev/tcp/127.0.0.1/$1" &&
            printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n' "$2" "$1" >&3 &&
            read -r -t 10 protocol status _ <&3
    } 2>/dev/null || true
    exec 3>&- || true
    echo "${status:-}"
}
