#!/bin/sh
# Run by the postgres image when it makes the database: the role that the product signs in with. It owns nothing.
set -eu
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=password="$(cat /run/secrets/product_password)" <<'SQL'
CREATE ROLE madoguchi_product LOGIN PASSWORD :'password';
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
SQL
