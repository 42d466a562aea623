# Copyright 2026 Odoo Integration Suite contributors
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
#
# Sourced by ../run: brings Debian packages, Odoo 19 and the Python libraries into .local.
# Every step leaves a stamp with the hash of its inputs, written last: a step that was
# interrupted is done again, a finished one costs nothing.

VENV="$LOCAL/venv"
ODOO_TREE="$LOCAL/odoo"
ODOO_SITE="usr/lib/python3/dist-packages"
# Debian 12's Font Awesome is the 4.7 Odoo needs; later releases renamed its files.
ODOO_DEBS=(
    odoo-19/sid fonts-roboto-unhinted/sid libjs-jquery/sid libjs-jquery-form/sid
    libjs-underscore/sid fonts-inconsolata/sid fonts-montserrat/sid fonts-ocr-b/sid
    fonts-font-awesome/bookworm
)

cmd_setup() {
    ensure_runtime
    ensure_test_tools
    ensure_postgres
    say "ready"
}

ensure_runtime() {
    make_folders
    runtime_is_ready || with_lock setup setup_runtime
}

ensure_test_tools() {
    make_folders
    test_tools_are_ready || with_lock setup setup_test_tools
}

runtime_is_ready() {
    [[ -x "$LOCAL/bin/odoo" ]] && stamp_is runtime "$(runtime_inputs)" && pg_bin >/dev/null
}
runtime_inputs() {
    hash_of "$ROOT" "$ODOO_HOME" "$(hash_of_files "$ROOT/requirements.txt" "$ROOT/tools/setup.sh")"
}
test_tools_are_ready() {
    has_program chromium && stamp_is test "$(test_inputs)"
}
test_inputs() { hash_of "$(runtime_inputs)" "$(hash_of_files "$ROOT/requirements-test.txt")"; }

setup_runtime() {
    runtime_is_ready && return
    debian_packages "$(missing_runtime_packages)"
    setup_odoo
    setup_venv
    setup_start_script
    echo "$ODOO_HOME" >"$LOCAL/odoo_home"
    stamp_set runtime "$(runtime_inputs)"
}

setup_test_tools() {
    test_tools_are_ready && return
    debian_packages "$(has_program chromium || echo chromium)"
    say "test tools: pytest, hypothesis, ruff, pylint-odoo, Stripe's SDK"
    quietly pip-test "$VENV/bin/pip" install --use-pep517 -r "$ROOT/requirements-test.txt"
    stamp_set test "$(test_inputs)"
}

# --- Debian packages ---------------------------------------------------------------

has_program() { command -v "$1" >/dev/null 2>&1; }

# Highest PostgreSQL on this machine that is new enough (13); prints its bin folder.
pg_bin() {
    local folder
    folder="$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -rV | head -n 1)"
    if [[ -x "$folder/initdb" ]]; then
        echo "$folder"
    elif has_program initdb && has_program pg_ctl; then
        dirname "$(command -v initdb)"
    else
        return 1
    fi
}

base_python() {
    local candidate
    # Debian's own first: a Python from a version manager may be unreadable for others.
    for candidate in ${PYTHON:-} /usr/bin/python3 python3; do
        if "$candidate" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 14))' 2>/dev/null &&
            "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

missing_runtime_packages() {
    local missing=()
    base_python >/dev/null || missing+=(python3 python3-venv)
    pg_bin >/dev/null || missing+=(postgresql)
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || missing+=(ca-certificates)
    ldconfig_has libmagic.so.1 || missing+=(libmagic1)
    has_program ps || missing+=(procps)
    echo "${missing[*]}"
}

ldconfig_has() { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null | grep -qF "$1"; }

debian_packages() {
    [[ -z "${1// /}" ]] && return
    if ! is_root; then
        die "These Debian packages are missing. Install them once, then run this again:
    sudo apt-get update && sudo apt-get install -y --no-install-recommends $1"
    fi
    has_program apt-get || die "This machine has no apt-get; please install: $1"
    say "Debian packages: $1"
    quietly apt-update apt-get update
    # shellcheck disable=SC2086  # a list of package names
    DEBIAN_FRONTEND=noninteractive quietly apt-install \
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=120 $1
}

# --- Odoo ----------------------------------------------------------------------------

# The folder that holds the Python package "odoo".
odoo_path() {
    local home="$ODOO_HOME"
    if [[ -z "$home" ]]; then
        echo "$ODOO_TREE/$ODOO_SITE"
    elif [[ -e "$home/odoo/release.py" ]]; then
        (cd "$home" && pwd -P)
    elif [[ -e "$home/release.py" ]]; then
        (cd "$home/.." && pwd -P)
    else
        die "ODOO_HOME=$home holds no Odoo: expected $home/odoo/release.py"
    fi
}

setup_odoo() {
    local path
    path="$(odoo_path)"
    if [[ -n "$ODOO_HOME" ]]; then
        grep -Eq "^version_info *= *\(19, *0" "$path/odoo/release.py" ||
            die "ODOO_HOME=$ODOO_HOME is not an Odoo 19.0"
        say "Odoo 19 from $path"
        return
    fi
    stamp_is odoo "${ODOO_DEBS[@]}" && [[ -e "$path/odoo/release.py" ]] && return
    say "Odoo 19: downloading from this machine's Debian archive (130 MB)"
    rm -rf "$ODOO_TREE" "$LOCAL/apt"
    download_odoo
    say "Odoo 19: unpacking"
    local deb
    for deb in "$LOCAL"/apt/debs/*.deb; do
        dpkg-deb -x "$deb" "$ODOO_TREE" || die "Could not unpack $deb"
    done
    add_missing_file
    rm -rf "$LOCAL/apt"
    stamp_set odoo "${ODOO_DEBS[@]}"
}

# Address of the Debian archive this machine already uses; none is written down here.
debian_archive() {
    local codename
    codename="$(. /etc/os-release && echo "${VERSION_CODENAME:-}")"
    apt-get indextargets --format '$(SITE) $(RELEASE)' 2>/dev/null |
        awk -v code="$codename" '$2 == code { print $1; exit }'
}

# Odoo 19 is in Debian's suite "sid" only. Private lists keep the system on its own suite.
download_odoo() {
    local site apt="$LOCAL/apt" suite
    has_program apt-get || die "This machine has no apt-get. Set ODOO_HOME to an Odoo 19 you have."
    site="$(debian_archive)"
    [[ -n "$site" ]] ||
        die "No Debian archive is configured on this machine. Set ODOO_HOME to an Odoo 19 you have."
    mkdir -p "$apt"/{lists/partial,cache/archives/partial,debs,empty}
    : >"$apt/status"
    for suite in sid bookworm; do
        echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $site $suite main"
    done >"$apt/sources.list"
    local options=(
        -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts="$apt/empty"
        -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts="$apt/empty"
        -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache"
        -o Dir::State::status="$apt/status" -o APT::Get::List-Cleanup=0
        -o APT::Sandbox::User="$(id -un)" -o Acquire::Retries=3
    )
    quietly odoo-lists apt-get "${options[@]}" update
    (cd "$apt/debs" && quietly odoo-download apt-get "${options[@]}" download "${ODOO_DEBS[@]}")
}

# Debian leaves out one file (background blur in video calls). Without it every page logs
# an error in the browser; an empty one only means: no blur.
add_missing_file() {
    local file="$ODOO_TREE/$ODOO_SITE/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
    mkdir -p "${file%/*}"
    [[ -e "$file" ]] || : >"$file"
}

# --- Python --------------------------------------------------------------------------

setup_venv() {
    local python
    python="$(base_python)"
    if [[ ! -x "$VENV/bin/pip" ]] || ! stamp_is venv "$ROOT" "$python"; then
        say "Python environment ($("$python" --version))"
        rm -rf "$VENV"
        quietly venv "$python" -m venv "$VENV"
        stamp_set venv "$ROOT" "$python"
    fi
    odoo_path >"$(site_packages)/odoo-integration.pth"
    say "Python libraries (pinned in requirements.txt)"
    grep -v '^odoo-addon-' "$ROOT/requirements.txt" >"$LOCAL/requirements-python.txt"
    grep '^odoo-addon-' "$ROOT/requirements.txt" >"$LOCAL/requirements-oca.txt"
    quietly pip "$VENV/bin/pip" install --use-pep517 -r "$LOCAL/requirements-python.txt"
    # OCA wheels name "odoo" and each other as dependencies; Odoo is here already.
    quietly pip-oca "$VENV/bin/pip" install --no-deps -r "$LOCAL/requirements-oca.txt"
}

site_packages() { printf '%s\n' "$VENV"/lib/python3*/site-packages | head -n 1; }

# A script, not "python -m odoo": the websocket process runs sys.argv[0] again.
setup_start_script() {
    mkdir -p "$LOCAL/bin"
    cat >"$LOCAL/bin/odoo.new" <<SCRIPT
#!$VENV/bin/python
import logging

import odoo.cli


def worth_saying(record):
    """No proxy stands before this server, so that the browser's websocket reaches a
    worker, which cannot hold it. With each page of each person that is no error."""
    return "bind the websocket" not in str(record.exc_info and record.exc_info[1])


logging.getLogger("odoo.http").addFilter(worth_saying)
odoo.cli.main()
SCRIPT
    chmod +x "$LOCAL/bin/odoo.new"
    mv "$LOCAL/bin/odoo.new" "$LOCAL/bin/odoo"
}
