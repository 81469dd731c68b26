#!/bin/sh
# Creates Portage's namespace and its search attributes. May be run again: what is there is kept.
# TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE come from the environment; the command line reads them itself.
set -eu

# A finished migration stays to be looked at for this long.
retention=90d

# The server can be reached before it knows of a namespace, or of one that was created a moment ago.
patiently() {
  tries=30
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || return 1
    sleep 2
  done
}

exists_or_create() {
  temporal operator namespace describe --namespace "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
    temporal operator namespace create --namespace "$TEMPORAL_NAMESPACE" --retention "$retention"
}

patiently exists_or_create
patiently temporal operator search-attribute create \
  --name PortagePlan --type Keyword \
  --name PortageVm --type Keyword \
  --name PortageGroup --type Keyword \
  --name PortagePhase --type Keyword \
  --name PortageEnvironment --type Keyword \
  --name PortageAttention --type Bool
