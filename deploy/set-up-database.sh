#!/bin/sh
# Creates Temporal's two databases and brings their schema to this version's. May be run again: what is there is kept.
# SQL_HOST, SQL_USER, SQL_PASSWORD and SQL_PLUGIN come from the environment; the tool reads them itself.
set -eu

for pair in temporal:temporal temporal_visibility:visibility; do
  database=${pair%%:*}
  schema=${pair##*:}
  temporal-sql-tool --database "$database" create-database
  temporal-sql-tool --database "$database" setup-schema --version 0.0
  temporal-sql-tool --database "$database" update-schema --schema-name "postgresql/v12/$schema"
done
