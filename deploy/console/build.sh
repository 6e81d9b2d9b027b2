#!/usr/bin/env bash
# Builds the console into the folder that is named, as a step of the server's build. Does nothing
# where nothing changed, and leaves the console out where Node.js is missing or too old.
# Usage: deploy/console/build.sh FOLDER
set -euo pipefail
folder=$1
cd "$(dirname "${BASH_SOURCE[0]}")"

# Ends without a console; what was built by an earlier run may be out of date, so it goes.
leave_out() {
  printf '[WARNING] The server is built without its console: %s\n' "$1"
  rm -rf "$folder"
  if [[ ${TESTS_REQUIRE_TOOLS:-} == true ]]; then
    exit 1
  fi
  exit 0
}

command -v node >/dev/null && command -v npm >/dev/null || leave_out "'node' and 'npm' are not on the PATH."
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
  leave_out "Node.js 20.19 or later is needed, and this is $(node --version)."

mkdir -p target
if command -v flock >/dev/null; then
  exec 9>target/lock
  flock 9
fi

digest() {
  find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 cat -- | cksum | tr ' ' '-'
}

packages=$(digest package.json package-lock.json)
if [[ ! -d node_modules || $(cat target/packages 2>/dev/null) != "$packages" ]]; then
  npm ci --prefer-offline --silent >target/install.log 2>&1 ||
    leave_out "its packages could not be installed; deploy/console/target/install.log says why."
  printf '%s' "$packages" >target/packages
fi

sources=$packages-$(digest src public index.html vite.config.ts tsconfig.json pack.mjs ../docs)
if [[ $(cat target/sources 2>/dev/null) != "$sources" ]]; then
  rm -f target/sources
  npm run --silent build >target/build.log 2>&1 || {
    cat target/build.log
    exit 1
  }
  tail -n 1 target/build.log
  printf '%s' "$sources" >target/sources
fi

if [[ $(cat "$folder/.sources" 2>/dev/null) != "$sources" ]]; then
  rm -rf "$folder"
  mkdir -p "$folder"
  cp -R target/files/. "$folder"
  printf '%s' "$sources" >"$folder/.sources"
fi
