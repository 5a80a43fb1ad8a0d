#!/usr/bin/env bash
# Gives each role (read, predict, operate) a function key of its own: the same key on every function that the role may call, and on no other. Hand each
# caller the key of its role, and keep the host key, which opens everything, to yourself. Run it again to give functions of a new version their keys.
# usage: eng/role-keys.sh FUNCTION_APP RESOURCE_GROUP        needs az, signed in, and jq; prints the keys
set -euo pipefail
if (($# != 2)); then
  echo 'usage: eng/role-keys.sh FUNCTION_APP RESOURCE_GROUP' >&2
  exit 2
fi
command -v az > /dev/null || { echo 'The Azure CLI (az) is needed: https://aka.ms/azure-cli' >&2; exit 2; }
command -v jq > /dev/null || { echo 'jq is needed.' >&2; exit 2; }
app=$1 group=$2
roles=$(dirname "${BASH_SOURCE[0]}")/role-keys.json
for role in $(jq -r 'keys[]' "$roles"); do
  first=$(jq -r --arg role "$role" '.[$role][0]' "$roles")
  key=$(az functionapp function keys list --name "$app" --resource-group "$group" --function-name "$first" --query "\"$role\"" --output tsv)
  [[ -n $key && $key != None ]] || key=$(head -c 40 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n')
  for function in $(jq -r --arg role "$role" '.[$role][]' "$roles"); do
    az functionapp function keys set --name "$app" --resource-group "$group" --function-name "$function" --key-name "$role" --key-value "$key" --output none
  done
  echo "$role: $key"
done
