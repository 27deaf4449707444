#!/usr/bin/env bash
# Provides the image that the Cloud Run button deploys, instead of a build in Cloud Shell: the published image of this
# version, or else one that Cloud Build makes on a large machine.
#
# Runs as the button's hook `prebuild`, together with `"build": { "skip": true }`. The button pushes and deploys the
# local image $IMAGE_URL. It goes on when this script fails, so the messages here are all that the user sees.
set -euo pipefail

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

for name in APP_DIR GOOGLE_CLOUD_PROJECT IMAGE_URL; do
    [ -n "${!name:-}" ] || fail "$name is not set; the Cloud Run button sets it for its hooks"
done

[ -f "$APP_DIR/Cargo.toml" ] || fail "no Cargo.toml in APP_DIR, $APP_DIR"

# Prints a value of the section [workspace.package] of Cargo.toml.
package_value() {
    sed -n "/^\[workspace\.package\]/,/^\$/s/^$1 = \"\(.*\)\"\$/\1/p" "$APP_DIR/Cargo.toml"
}

version=$(package_value version)
repository=$(package_value repository)
[ -n "$version" ] || fail "no \`version\` in [workspace.package] of $APP_DIR/Cargo.toml"
case "$repository" in
    https://github.com/*/*) ;;
    *) fail "\`repository\` in $APP_DIR/Cargo.toml is '$repository' instead of https://github.com/OWNER/NAME" ;;
esac

path=${repository#https://github.com/}
published="ghcr.io/${path,,}:$version"

if docker pull --quiet "$published"; then
    docker tag "$published" "$IMAGE_URL" || fail "cannot tag $published as $IMAGE_URL"
else
    echo "$published is not published: Cloud Build makes the image, which takes some minutes" >&2

    gcloud services enable cloudbuild.googleapis.com --project "$GOOGLE_CLOUD_PROJECT" ||
        fail "cannot enable Cloud Build in the project $GOOGLE_CLOUD_PROJECT; an owner of the project can"
    gcloud builds submit "$APP_DIR" --project "$GOOGLE_CLOUD_PROJECT" --tag "$IMAGE_URL" \
        --machine-type e2-highcpu-8 --timeout 1800 ||
        fail "Cloud Build did not make the image; its log is above, and at" \
            "https://console.cloud.google.com/cloud-build/builds?project=$GOOGLE_CLOUD_PROJECT"
    docker pull --quiet "$IMAGE_URL" || fail "Cloud Build made $IMAGE_URL, and Docker cannot pull it"
fi

docker image inspect --format 'image: {{ .Id }}' "$IMAGE_URL" || fail "there is no image $IMAGE_URL to deploy"
