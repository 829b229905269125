#!/usr/bin/env bash
# The whole loop over the REST API with curl, on the demo plant: a gain is made, locked in, lost and answered by a CAPA.
#
#   docs/examples/loop.sh [http://127.0.0.1:8000]
#
# Needs bash, curl and python3. Every step is one call; who calls is its first word. Run it as often as you like.
set -euo pipefail
trap 'echo "Stopped at line $LINENO." >&2' ERR
base="${1:-http://127.0.0.1:8000}"
password="${HOLDFAST_PASSWORD:-holdfast-demo}"
jars="$(mktemp -d)"; trap 'rm -rf "$jars"' EXIT

login() {  # login USER: a session, because signing asks for a person and not for a token
  curl -sS -c "$jars/$1" -o /dev/null "$base/accounts/login/"
  curl -sS -b "$jars/$1" -c "$jars/$1" -o /dev/null -H "Referer: $base/" \
    --data-urlencode "login=$1" --data-urlencode "password=$password" \
    --data-urlencode "csrfmiddlewaretoken=$(crumb "$1")" "$base/accounts/login/"
}
crumb() { awk '$6 == "csrftoken" {print $7}' "$jars/$1"; }
field() { python3 -c 'import json,sys; found=json.load(sys.stdin)
for key in sys.argv[1].split("."): found=found[int(key)] if key.isdigit() else found[key]
print(found)' "$1"; }
day() { python3 -c 'import datetime,sys; print(datetime.date.today()+datetime.timedelta(days=int(sys.argv[1])))' "$1"; }

call() {  # call USER METHOD PATH [JSON]: what is refused is told on the error channel, as a problem document
  local answer user="$1" method="$2" path="$3"; shift 3
  answer="$(curl -sS --fail-with-body -X "$method" -b "$jars/$user" -H "X-CSRFToken: $(crumb "$user")" -H "Referer: $base/" \
    -H "Content-Type: application/json" -H "If-Match: *" ${1:+--data "$1"} "$base/api/v1/$path" 2>/dev/null)" \
    || { printf '%s\n' "$answer" >&2; return 1; }
  printf '%s\n' "$answer"
}
get() { call "$1" GET "$2"; }
post() { call "$1" POST "$2" "$3"; }
sign() {  # sign USER PATH VERB JSON: the challenge shows what is signed; who answers it gives user name and password again
  local challenge; challenge="$(post "$1" "$2/$3/challenge/" '{}' | field challenge)"
  post "$1" "$2/$3/" "$(python3 -c 'import json,sys; given, *secrets = sys.argv[1:]
print(json.dumps({**json.loads(given), **dict(zip(("username", "password", "challenge"), secrets))}))' "$4" "$1" "$password" "$challenge")"
}
tell() { printf '%s\n' "$*"; }
quiet() { "$@" >/dev/null; }
values() { python3 "$(dirname "$0")/values.py" "$@"; }
send() { quiet post olga "metrics/$metric/import/" "$(values "$@" | python3 -c 'import json,sys; print(json.dumps({"text": sys.stdin.read()}))')"; }
publish() {  # publish REVISION: author, approver, and from today
  quiet post olga "revisions/$1/submit/" '{}'
  quiet sign axel "revisions/$1" approve '{}'
  quiet post axel "revisions/$1/issue/" "{\"effective_on\": \"$(day 0)\"}"
}
wait_for() {  # wait_for WORD COMMAND…: until its output contains the word; the worker needs seconds
  local word="$1" tries; shift
  for tries in $(seq 60); do "$@" 2>/dev/null | grep -q "$word" && return; sleep 2; done
  tell "Gave up waiting for $word"; return 1
}

learn() {  # learn USER: opens and signs every standard that waits for the person
  local key
  for key in $(get "$1" assignments/ | python3 -c 'import json,sys; print(*(row["uuid"] for row in json.load(sys.stdin)["results"] if row["status"] in ("assigned", "opened")))'); do
    quiet post "$1" "assignments/$key/open/" '{}'
    quiet sign "$1" "assignments/$key" acknowledge '{}'
  done
}

for who in olga axel mona otto mei; do login "$who"; done

# 1. The old standard and its control plan are in effect, two people are trained, a number is taken every day.
standard="$(post olga documents/ '{"site": "MUC", "process": "MUC/COOL", "type": "WI", "title": "Top up the coolant", "steps": [{"what": "Measure the concentration"}, {"what": "Add emulsion"}]}' | field number)"
plan="$(post olga documents/ '{"site": "MUC", "process": "MUC/COOL", "type": "CP", "title": "Control plan: coolant of line 4"}' | field number)"
quiet post axel requirements/ "{\"job_role\": \"MUC/COOL-OP\", \"document\": \"$standard\"}"
publish "$standard-r1"; publish "$plan-r1"
wait_for '"effective"' get olga "revisions/$standard-r1/"
wait_for '"effective"' get olga "revisions/$plan-r1/"
learn otto; learn mei
metric="$(post axel metrics/ '{"site": "MUC", "process": "MUC/COOL", "title": "Coolant of line 4 off its target", "unit": "%", "direction": "lower", "target": "5", "decimals": 1, "cadence": "day", "family": "normal", "chart": "individuals", "subgroup_size": 1, "owner": "olga", "currency": "EUR"}' | field number)"
send -48 -25 10
tell "1  standard $standard and control plan $plan are issued; $metric stood at 10 for 24 days"

# 2. A complaint becomes a CAPA, the CAPA a kaizen event.
complaint="$(post axel nonconformities/ "{\"site\": \"MUC\", \"process\": \"MUC/COOL\", \"title\": \"Rust on parts of line 4\", \"source\": \"complaint\", \"customer\": \"Kestrel\", \"description\": \"Parts arrive with rust.\", \"detected_on\": \"$(day -26)\", \"severity\": \"major\", \"owner\": \"olga\"}" | field number)"
quiet post axel "nonconformities/$complaint/contain/" '{"containment": "Stock blocked."}'
quiet post axel "nonconformities/$complaint/evaluate/" '{"evaluation": "The third one this quarter.", "needs_capa": true}'
capa="$(post axel "nonconformities/$complaint/open-capa/" '{"owner": "olga"}' | field made)"
quiet post olga "capas/$capa/contain/" '{"correction": "Parts washed.", "containment": "Every box is looked at."}'
quiet post olga "capas/$capa/add-cause/" '{"leg": "system", "statement": "Nobody is told when to top up", "proof": "Asked both shifts", "verdict": "confirmed", "is_root": true}'
quiet post olga "capas/$capa/find-cause/" '{}'
quiet post olga "capas/$capa/plan-action/" "{\"topic\": \"corrective\", \"what\": \"Kaizen event on line 4\", \"who\": \"olga\", \"due\": \"$(day 14)\"}"
quiet post olga "capas/$capa/plan/" '{"read_across": "Lines 1 to 3"}'
event="$(post olga "capas/$capa/charter-event/" "{\"title\": \"Coolant stays on target\", \"sponsor\": \"mona\", \"line_manager\": \"olga\", \"starts_on\": \"$(day -24)\", \"ends_on\": \"$(day -20)\"}" | field made)"
tell "2  complaint $complaint, CAPA $capa, kaizen event $event"

# 3. The team measures, the charter is signed by its sponsor, the event is run and reported.
record="kaizen-events/$event"
quiet call olga PATCH "$record/" '{"problem": "The coolant drifts.", "scope_in": "Line 4", "scope_out": "Lines 1 to 3", "safety_note": "Gloves.", "expected_benefit": "Half."}'
quiet post olga "$record/set-team/" '{"members": [{"person": "otto", "part": "gemba"}, {"person": "sven", "part": "outsider"}]}'
quiet post olga "$record/set-goals/" "{\"goals\": [{\"metric\": \"$metric\", \"baseline_start\": \"$(day -48)\", \"baseline_end\": \"$(day -25)\", \"target\": \"5\"}]}"
quiet sign mona "$record" charter '{}'
quiet post olga "$record/run/" '{}'
send -24 -11 5
quiet post olga "$record/report/" "{\"results\": \"Topped up at each change of shift.\", \"expected\": \"Half\", \"happened\": \"Half\", \"next_time\": \"Sooner\", \"achieved\": [{\"metric\": \"$metric\", \"after_start\": \"$(day -24)\", \"achieved\": \"The coolant is on target\"}]}"
quiet post olga "$record/standardise/" '{}'
tell "3  chartered, run and reported: $metric stands at 5 since the event"

# 4. Close-out: refused while a lock is missing, then one transaction.
plan_without() { printf '{"gains": [{"metric": "%s", "title": "The coolant is on target", "after_start": "%s"%s, "questions": "Is it topped up at the change of shift?", "check_days": "30, 60, 90, 180, 365", "review_due": "%s"}], "standards": [{"metric": "%s", "document": "%s", "change_summary": "Top up at each change of shift.", "training": "read", "job_roles": ["MUC/COOL-OP"]}]}' "$metric" "$(day -24)" "$1" "$(day 90)" "$metric" "$standard"; }
tell "4  without a control plan:  $(sign olga "$record" close-out "$(plan_without '')" 2>&1 | field detail)"
quiet sign olga "$record" close-out "$(plan_without ", \"control_plan\": \"$plan\", \"characteristic\": \"Concentration\", \"reaction_plan\": \"Stop, measure, correct, call the engineer.\"")"
gain="$(get olga 'gains/?limit=1' | field results.0.number)"
tell "   closed out: gain $gain, drafts $standard-r2 and $plan-r2, a watch, five sustainment checks"

# 5. The standard is published; those who hold the role sign; jobs do the rest.
publish "$standard-r2"; publish "$plan-r2"
learn otto; learn mei
wait_for '"effective"' get olga "revisions/$standard-r2/"
tell "5  $standard-r2 is signed by those concerned and in effect"

# 6. Values get worse; a job notices and opens a CAPA with the evidence in it.
send -10 -1 10
wait_for Slipping get olga "gains/$gain/chain/"
wait_for '"open"' get olga "gains/$gain/locks/"
tell "6  the gain slips; a CAPA stands in its chain, and its locks say what is wrong:"
get olga "gains/$gain/locks/" | python3 -c 'import json,sys
for lock in json.load(sys.stdin)["locks"]: print("  ", lock["name"], "-", lock["state"] + ":", lock["words"])'
get olga "gains/$gain/chain/" | python3 -c 'import json,sys
for row in json.load(sys.stdin)["chain"]: print("  " * row["depth"], row["number"], row["title"], "-", row["status"])'
