# Tries destinations, all at once, each up to four times. An argument is one: "NUMBER WAY ADDRESS PORT".
# The termination message gets a line for each: "NUMBER RESULT", and the address that a name has.
# One of the two forms of busybox's nc says why it fails only when it is asked to.
case "$(busybox nc --help 2>&1)" in *" -v"* | *"	-v"*) loud=-vv ;; *) loud= ;; esac
meaning() {
  case "$1" in
    *"groundwork whole"*) echo whole ;;
    *groundwor*) echo part ;;
    *efused*) echo refused ;;
    *nreachable* | *"No route"*) echo unreachable ;;
    *) echo silent ;;
  esac
}
# A server of the probe: all that it sends has to arrive. What reads it has the connection in place of its
# standard streams, and so writes elsewhere; nc itself would end with its input.
served() {
  meaning "$(busybox timeout 5 busybox nc $loud "$1" "$2" -e busybox sh -c 'exec busybox cat >&9' \
    9>&1 2>&1 </dev/null | busybox tail -c 200)"
}
# A server of somebody else: it is enough that it takes a connection.
opened() {
  if text=$(busybox timeout 5 busybox nc $loud "$1" "$2" -e busybox true </dev/null 2>&1); then
    echo whole
  else
    meaning "$text"
  fi
}
# A name, by its records of one type.
named() {
  text=$(busybox timeout 5 busybox nslookup -type="$1" "$2." 2>&1)
  address=$(echo "$text" | busybox sed -n '/^Name:/,$s/^Address[^:]*:[[:space:]]*\([^[:space:]]*\).*/\1/p' | busybox head -n 1)
  if [ -n "$address" ]; then
    echo "$(opened "$address" "$3") $address"
  else
    case "$text" in
      *NXDOMAIN* | *answer*) echo nameless ;;
      *) echo mute ;;
    esac
  fi
}
try() {
  for attempt in 1 2 3 4; do
    case "$2" in
      served) result=$(served "$3" "$4") ;;
      opened) result=$(opened "$3" "$4") ;;
      *) result=$(named "$2" "$3" "$4") ;;
    esac
    case "$result" in whole* | nameless) break ;; esac
    busybox sleep 2
  done
  echo "$1 $result" >>/dev/termination-log
}
for destination in "$@"; do
  # The four words of a destination.
  try $destination &
done
wait
