#!/usr/bin/env bash
# Tries every pipeline spec that changed between BASE_SHA and HEAD_SHA (or the one in ONE_SPEC) as an experiment on a data version, waits for its run, and
# prints the comparison with the champion as Markdown. Nothing is promoted. Exit code 1 if a spec is refused or a run does not complete.
#
# Needs: API (address of the app), KEY or FUNCTION_APP_NAME and AZURE_RESOURCE_GROUP (a signed-in az then reads the key of role operate);
# DATA_VERSION (empty: the newest). Uses curl, git and jq.
set -euo pipefail

if [[ -z ${KEY:-} ]]; then
  KEY=$(az functionapp keys list --name "$FUNCTION_APP_NAME" --resource-group "$AZURE_RESOURCE_GROUP" --query functionKeys.default --output tsv)
fi

call() { # method path [body file]
  curl -sS --retry 3 -X "$1" -H "x-functions-key: $KEY" -H 'content-type: application/json' ${3:+--data-binary "@$3"} "$API$2"
}

if [[ -n ${ONE_SPEC:-} ]]; then
  specs=("$ONE_SPEC")
else
  mapfile -t specs < <(git diff --name-only --diff-filter=d "$BASE_SHA...$HEAD_SHA" -- 'pipelines/*.json' 'samples/*/pipeline.json')
fi

failed=0
request=$(mktemp)
trap 'rm -f "$request"' EXIT
echo '## Models of this change'
for spec in "${specs[@]}"; do
  # pipelines/churn.json and samples/churn/pipeline.json are both of pipeline churn.
  name=$(basename "$spec" .json)
  [[ $name != pipeline ]] || name=$(basename "$(dirname "$spec")")
  printf '\n### %s (`%s`)\n\n' "$name" "$spec"
  jq -n --slurpfile spec "$spec" --arg version "${DATA_VERSION:-}" '{spec: $spec[0], mode: "experiment"} + (if $version == "" then {} else {dataVersion: $version} end)' > "$request"
  answer=$(call POST "/api/pipelines/$name/runs" "$request")
  run=$(jq -r '.runId // empty' <<< "$answer")
  if [[ -z $run ]]; then
    printf 'Refused: %s\n' "$(jq -r '[.title, .detail, (.errors // [] | map("\(.path): \(.message)") | join("; "))] | map(select(. != null and . != "")) | join(" ")' <<< "$answer")"
    failed=1
    continue
  fi

  for ((i = 0; i < 720; i++)); do
    record=$(call GET "/api/runs/$run")
    status=$(jq -r .status <<< "$record")
    case $status in claimed | running) sleep 10 ;; *) break ;; esac
  done
  jq -r '
    def shown: if . == null then "–" else (. * 1000000 | round / 1000000 | tostring) end;
    "Run `\(.id)`: **\(.status)**, data version `\(.dataVersion // "" | .[0:12])`, candidate \(.chosen // "none").",
    (if .error then "\nError in \(.error.stage // "?"): \(.error.message)" else empty end),
    (if .holdOut then
      "", "| metric on the hold-out | this spec | champion |", "|---|---|---|",
      (.holdOut as $h | $h.metrics | to_entries[] | select(.value | type == "number") | "| \(.key) | \(.value | shown) | \($h.championMetrics[.key]? | shown) |")
    else empty end),
    (if .promotion then "", "Gates, had it been for production:", (.promotion.reasons[]? | "- \(.)") else empty end)' <<< "$record"
  [[ $status == completed ]] || failed=1
done
exit "$failed"
