#!/bin/bash
# Run once by the postgres image on an empty data folder: the same roles and privileges as a first run
# on one machine has, from the same two files.
set -euo pipefail
folder="${HOLDFAST_SQL:-/holdfast}"

psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres --no-psqlrc --quiet \
  --set owner_password="$OWNER_PASSWORD" --set app_password="$APP_PASSWORD" \
  --set sealer_password="$SEALER_PASSWORD" --set reader_password="$READER_PASSWORD" \
  --file "$folder/roles.sql"
createdb --username "$POSTGRES_USER" --owner qms_owner --template template0 --encoding UTF8 holdfast
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname holdfast --no-psqlrc --quiet \
  --file "$folder/database.sql"
