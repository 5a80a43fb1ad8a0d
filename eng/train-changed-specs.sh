#!/usr/bin/env bash
# Tries every pipeline spec that changed between BASE_SHA and HEAD_SHA (or the one in ONE_SPEC) as an experiment on a data version, waits for its run, and
# prints the comparison with the champion as Markdown. Nothing is promoted. Exit code 1 if a spec is refused or a run does not complete; a pipeline that the
# app does not have yet, or that has no data yet, has nothing to be tried on and is no failure.
#
# Needs: API (address of the app); and KEY (a function key), or AUTH_CLIENT_ID (a signed-in az then gets tokens for the app), or FUNCTION_APP_NAME and
# AZURE_RESOURCE_GROUP (a signed-in az then reads the host key). DATA_VERSION (empty: the newest), POLL_SECONDS (10), MAX_MINUTES (110) for each run.
# Uses curl, git and jq.
set -euo pipefail

pause=${POLL_SECONDS:-10}
deadline=$(($(date +%s) + ${MAX_MINUTES:-110} * 60))
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ -z ${API:-} ]]; then
  echo 'Set API to the address of the app, such as https://func-xyz.azurewebsites.net.' >&2
  exit 2
fi
# The address with which the calls of the README begin does as well.
API=${API%/}
API=${API%/api}
if [[ -z ${AUTH_CLIENT_ID:-} && -z ${KEY:-} ]]; then
  if [[ -z ${FUNCTION_APP_NAME:-} || -z ${AZURE_RESOURCE_GROUP:-} ]]; then
    echo 'Set KEY (a function key), or AUTH_CLIENT_ID, or FUNCTION_APP_NAME and AZURE_RESOURCE_GROUP.' >&2
    exit 2
  fi
  KEY=$(az functionapp keys list --name "$FUNCTION_APP_NAME" --resource-group "$AZURE_RESOURCE_GROUP" --query functionKeys.default --output tsv)
fi

# method, path, further arguments of curl; prints the status, and leaves the answer in $work/answer. The credential goes by a file: arguments can be read by
# every process of the machine.
call() {
  if [[ -n ${AUTH_CLIENT_ID:-} ]]; then
    printf 'Authorization: Bearer %s\n' "$(az account get-access-token --resource "api://$AUTH_CLIENT_ID" --query accessToken --output tsv)" > "$work/credential"
  else
    printf 'x-functions-key: %s\n' "$KEY" > "$work/credential"
  fi
  : > "$work/answer"
  curl -sS --retry 3 --max-time 120 -X "$1" -H @"$work/credential" -H 'Content-Type: application/json' -o "$work/answer" -w '%{http_code}' "${@:3}" "$API$2"
}

# The problem in $work/answer in one line.
problem() {
  jq -r '[.title, .detail, (.errors // [] | map("`\(.path)`: \(.message)") | join("; "))] | map(select(. != null and . != "")) | join(" ")' "$work/answer" 2> /dev/null || head -c 500 "$work/answer"
}

if [[ -n ${ONE_SPEC:-} ]]; then
  specs=("$ONE_SPEC")
else
  mapfile -t specs < <(git diff --name-only --diff-filter=d "$BASE_SHA...$HEAD_SHA" -- 'pipelines/*.json' 'samples/*/pipeline.json')
fi

failed=0
echo '## Models of this change'
((${#specs[@]} > 0)) || printf '\nNo spec changed.\n'
for spec in "${specs[@]}"; do
  # pipelines/churn.json and samples/churn/pipeline.json are both of pipeline churn.
  name=$(basename "$spec" .json)
  [[ $name != pipeline ]] || name=$(basename "$(dirname "$spec")")
  printf '\n### %s (`%s`)\n\n' "$name" "$spec"
  if ! jq -n --slurpfile spec "$spec" --arg version "${DATA_VERSION:-}" '{spec: $spec[0]} + (if $version == "" then {} else {dataVersion: $version} end)' > "$work/request" 2> "$work/fault"; then
    printf 'Not JSON: %s\n' "$(head -n 1 "$work/fault")"
    failed=1
    continue
  fi

  # With the key, a call that curl repeats starts one run.
  code=$(call POST "/api/pipelines/$name/experiments" --data-binary @"$work/request" -H "Idempotency-Key: $(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')")
  case $code in
    202) run=$(jq -r .runId "$work/answer") ;;
    # Without a problem in it the answer is not the app's: the address is wrong.
    404 | 409)
      if [[ -z $(jq -r '.title | strings' "$work/answer" 2> /dev/null) ]]; then
        printf 'Refused with %s by %s, which does not seem to be the app.\n' "$code" "$API"
        failed=1
        continue
      fi
      printf 'Not tried: %s\n' "$(problem)"
      continue
      ;;
    *)
      printf 'Refused with %s: %s\n' "$code" "$(problem)"
      failed=1
      continue
      ;;
  esac

  status=claimed
  while [[ $status == claimed || $status == running ]] && (($(date +%s) < deadline)); do
    sleep "$pause"
    code=$(call GET "/api/runs/$run")
    [[ $code == 200 ]] || continue
    status=$(jq -r .status "$work/answer")
  done
  if [[ $code != 200 ]]; then
    printf 'Run `%s` cannot be read (%s): %s\n' "$run" "$code" "$(problem)"
    failed=1
    continue
  fi

  jq -r '
    def shown: if type == "number" then (. * 1000000 | round / 1000000 | tostring) else "–" end;
    def cell: tostring | gsub("\\|"; "\\|") | gsub("\n"; " ");
    "Run `\(.id)`: **\(.status)**, data version `\(.dataVersion // "" | .[0:12])`, spec `\(.specHash // "" | .[0:12])`, candidate \(.chosen // "none").",
    (if .error then "\nError in \(.error.stage // "?"): \(.error.message)" else empty end),
    (if .report.blocking then "\nThe data does not pass the checks of this spec:", (.report.findings[]? | select(.severity == "blocking") | "- \(.message | cell)") else empty end),
    (if .holdOut then
      .holdOut as $h |
      "", "| metric on the hold-out, \($h.rows) rows | this spec | champion\(if $h.championVersion then ", version \($h.championVersion)" else "" end) | difference |", "|---|---|---|---|",
      ($h.metrics | to_entries[] | select(.value | type == "number") | ($h.championMetrics[.key]?) as $c |
        "| \(.key) | \(.value | shown) | \($c | shown) | \(if ($c | type) == "number" then .value - $c else null end | shown) |")
    else empty end),
    (if .promotion then "", "Its gates:", (.promotion.reasons[]? | "- \(cell)") else empty end)' "$work/answer"
  [[ $status == completed ]] || failed=1
done
exit "$failed"
