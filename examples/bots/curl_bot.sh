#!/bin/sh
# A bot in sh and curl: CLAWDBOT_API_URL=… CLAWDBOT_API_KEY=… sh curl_bot.sh CAPABILITY
# Its work is to sleep ten times; put your own in its place. A reply is kept in $reply, its status in $status.

post() {  # post PATH JSON: waits for a server that restarts, ends the bot when its key is refused
    while :; do
        reply=$(curl -s --max-time 75 -w '\n%{http_code}' "$CLAWDBOT_API_URL/api/v1$1" -d "$2" \
            -H "X-Worker-Key: $CLAWDBOT_API_KEY" -H 'Content-Type: application/json')
        status=${reply##*
}
        case $status in
            401 | 403) echo "refused: $reply" >&2; exit 1 ;;
            000 | 429 | 503 | '') sleep 0.5 ;;
            *) return ;;
        esac
    done
}

work() {  # work ID SECONDS: the steps, with a heartbeat after each
    step=0
    while [ "$step" -lt 10 ]; do
        sleep "$2"
        step=$((step + 1))
        post "/tasks/$1/heartbeat" "{\"progress\": {\"percent\": ${step}0, \"step\": \"step $step\"}}"
        if [ "$status" = 410 ]; then
            echo "stopped $1: $reply"
            post "/tasks/$1/complete" '{"status": "cancelled"}'
            return
        fi
    done
    post "/tasks/$1/complete" "{\"status\": \"succeeded\", \"result\": {\"steps\": $step}}"
    echo "finished $1: $reply"
}

while :; do
    post /tasks/claim "{\"capabilities\": [\"$1\"], \"wait_seconds\": 30}"
    # The id stands first in the answer, before any text of others.
    [ "$status" = 200 ] && work "$(echo "$reply" | sed -n 's/^{"id":"\([0-9a-f-]*\)".*/\1/p')" 0.3
done
