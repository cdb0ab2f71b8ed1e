#!/bin/bash
# Neutron 29.0.0 (2026.2) answers every request for the tags of an object that does not exist with 500, where
# the object itself is a plain 404: a client that tries again on 500 tries for ever, and one that takes 500
# for "perhaps it was done" has to look again.
#
# Runs Neutron's WSGI application in one process, on SQLite, without Keystone. Fails when that changes.
set -euo pipefail
pins=$(cd "$(dirname "$0")/.." && pwd)/crates/xtask/openstack/requirements-2026.2.txt
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check --no-compile --requirement "$pins"

cat > neutron.conf <<CONF
[DEFAULT]
auth_strategy = noauth
core_plugin = ml2
api_paste_config = $folder/venv/etc/neutron/api-paste.ini
transport_url = fake://
state_path = $folder/state
log_file = $folder/neutron.log
[oslo_concurrency]
lock_path = $folder/lock
[database]
connection = sqlite:///$folder/neutron.db
CONF

export OS_NEUTRON_CONFIG_DIR=$folder OS_NEUTRON_CONFIG_FILES=neutron.conf
venv/bin/python - 2> log <<'PYTHON' || { tail -n 20 log >&2; exit 1; }
import importlib.metadata
import json
import os

from neutron.db.migration.models import head
from sqlalchemy import create_engine

head.get_metadata().create_all(create_engine(f"sqlite:///{os.getcwd()}/neutron.db"))

from neutron.wsgi.api import application
from webob import Request

version = importlib.metadata.version("neutron")
assert version == "29.0.0", version
NOTHING = "/v2.0/networks/00000000-0000-0000-0000-000000000000"
TAGS = {"tags": ["a"]}
asked = [
    ("GET", NOTHING, None, 404),
    ("GET", NOTHING + "/tags", None, 500),
    ("PUT", NOTHING + "/tags", TAGS, 500),
    ("PUT", NOTHING + "/tags/a", None, 500),
    ("DELETE", NOTHING + "/tags/a", None, 500),
]
for method, path, body, expected in asked:
    request = Request.blank(path, method=method)
    if body:
        request.body, request.content_type = json.dumps(body).encode(), "application/json"
    status = request.get_response(application).status_int
    print(f"neutron {version}: {method} {path}: {status}")
    assert status == expected, (method, path, status)
PYTHON
