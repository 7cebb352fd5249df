#!/bin/sh
# What a newcomer does, in a clone of this repository, with one Python: `make build`, then load a folder, query, diff
# with a revision, and one request to the server. Each answer is compared with what it has to be.
# The first argument is the Python, the second a Git revision that has the files as they are in the clone.
set -eu
PYTHON=$1
REVISION=$2
scograph=$PWD/.venv/bin/scograph
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() { echo "walk: $*" >&2; exit 1; }
same() { [ "$2" = "$3" ] || fail "$1: expected '$2', found '$3'"; }
has() { case "$3" in *"$2"*) ;; *) fail "$1: no '$2' in: $3" ;; esac; }

echo "walk: make build"
make PYTHON="$PYTHON" build

echo "walk: load a folder, by a relative path, twice"
"$scograph" query 1 >"$work/from-the-project" 2>/dev/null
has "query 1" "(6 rows)" "$(cat "$work/from-the-project")"
mkdir "$work/here"
(
    cd "$work/here"
    "$scograph" load store "$OLDPWD/dist"
    printf '<http://e.org/a> <http://e.org/b> "c" .\n' >one.nt
    "$scograph" load small one.nt
    "$scograph" load small one.nt
)
(
    cd "$work/here"
    same "the small folder" "n 1" "$("$scograph" query --store small -f csv 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o }' 2>/dev/null |
        tr -d '\r' | tr '\n' ' ' | sed 's/ $//')"
)

echo "walk: query the folder, and a file"
"$scograph" query 1 --store "$work/here/store" >"$work/from-the-store" 2>/dev/null
cmp "$work/from-the-project" "$work/from-the-store" || fail "the store folder answers question 1 otherwise"
same "a file" "true" "$("$scograph" query --data "$work/here/one.nt" 'ASK { ?s ?p "c" }')"

echo "walk: diff with a revision"
same "diff $REVISION" "no difference" "$("$scograph" diff "$REVISION:")"
fact=$(git ls-files data | grep '/[0-9].*\.ttl$' | head -n 1)
mv "$fact" "$work/fact"
status=0
said=$("$scograph" diff --exit-code -f rdf-patch "$REVISION:") || status=$?
mv "$work/fact" "$fact"
same "diff --exit-code without a file" 1 "$status"
has "diff without a file" "
D " "$said"

echo "walk: serve --get"
served=$("$scograph" serve --get /void.ttl dist 2>"$work/head") || fail "serve --get /void.ttl: $(cat "$work/head")"
same "serve --get /void.ttl" "$(cat dist/void.ttl)" "$served"
has "serve --get /sparql" '"boolean":true' "$("$scograph" serve --get '/sparql?query=ASK%20%7B%7D' dist 2>/dev/null)"
echo "walk: done"
