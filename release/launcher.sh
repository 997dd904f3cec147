#!/bin/sh
# Runs assay with the Node.js that it was tested with, from wherever the release lies; links to this file are followed.
home=$(dirname "$(dirname "$(readlink -f "$0")")")
# Young garbage is cut short: without it each process lets a hundred megabytes of it stand.
exec "$home/runtime/node" --max-semi-space-size=8 "$home/src/main.ts" "$@"
