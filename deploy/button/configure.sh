#!/usr/bin/env bash
# Sets what the Cloud Run button cannot set by itself, after it has created the service: the limit of instances, which
# the button's own option does not set, and variables that nobody should be asked for.
#
# Runs as the button's hook `postcreate`; a second click, which only updates the service, does not run it.
set -euo pipefail

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

for name in GOOGLE_CLOUD_PROJECT GOOGLE_CLOUD_REGION K_SERVICE; do
    [ -n "${!name:-}" ] || fail "$name is not set; the Cloud Run button sets it for its hooks"
done

# Google's load balancer keeps idle connections for 600 s: the service has to keep them longer.
variables="GOOGLE_CLOUD_PROJECT=$GOOGLE_CLOUD_PROJECT,RELEVANCE_HEADER_TIMEOUT_MS=620000"
update=(gcloud run services update "$K_SERVICE" --project "$GOOGLE_CLOUD_PROJECT" --region "$GOOGLE_CLOUD_REGION"
    --max-instances 3 --update-env-vars "$variables" --quiet)

"${update[@]}" || fail "the service $K_SERVICE runs without a limit of instances, and so of its costs; set it with:" \
    "${update[*]}"

if [ -n "${RELEVANCE_API_KEY:-}" ] && [ -n "${SERVICE_URL:-}" ]; then
    cat <<TEXT
The service needs the key in its variable RELEVANCE_API_KEY. Try it:

  curl $SERVICE_URL/v1/predict -H 'authorization: Bearer $RELEVANCE_API_KEY' \\
    -H 'content-type: application/json' -d '{"text": "flood waters are rising, families evacuated"}'
TEXT
fi
