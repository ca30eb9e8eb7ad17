#!/bin/bash
# The entry point of the stand-in: hands on what is no `mongod`, as that of MongoDB's image does. Of `mongod --auth` it
# makes FerretDB with the user that make-user.js would create in a MongoDB.
set -euo pipefail
[[ ${1:-} == mongod ]] || exec "$@"
[[ " $* " == *' --auth '* && " $* " == *' --bind_ip_all '* ]] || {
  echo "expected mongod --auth --bind_ip_all, not $*" >&2
  exit 1
}
[[ -s $MONGO_INITDB_ROOT_PASSWORD_FILE && -s /docker-entrypoint-initdb.d/make-user.js ]] || {
  echo "the password of root or make-user.js is missing" >&2
  exit 1
}
SETUP_DATABASE=$MONGO_INITDB_DATABASE SETUP_USERNAME=repopulse SETUP_PASSWORD=$(</secrets/mongodb_password)
export SETUP_DATABASE SETUP_USERNAME SETUP_PASSWORD
exec mongod --dir /data/db --listen 0.0.0.0:27017
