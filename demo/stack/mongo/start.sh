#!/usr/bin/env bash
# mongod as a one-member replica set with accounts; it insists on a key file that is its own.
set -euo pipefail
install -o mongodb -g mongodb -m 0400 /etc/benevoclic/replica.key /tmp/replica.key
chown mongodb:mongodb /data/db
exec setpriv --reuid mongodb --regid mongodb --clear-groups \
  mongod --auth --replSet rs0 --keyFile /tmp/replica.key --bind_ip_all --wiredTigerCacheSizeGB 0.25 --quiet
