# Ends processes when its own parent is gone.
# Each line that it reads names all pids to end by then; the latest one counts.

trap '' HUP INT TERM
pids=
while read -r line; do pids=$line; done
[ -n "$pids" ] || exit 0

kill -TERM $pids
tries=50
while [ $tries -gt 0 ]; do
    alive=
    for pid in $pids; do kill -0 "$pid" && alive="$alive $pid"; done
    pids=$alive
    [ -n "$pids" ] || exit 0
    tries=$((tries - 1))
    sleep 0.1
done

# Each is the leader of a process group: its own children go with it.
for pid in $pids; do kill -KILL "-$pid"; done
