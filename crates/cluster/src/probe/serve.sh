# Answers every connection, of both families, with a small packet first and then with large ones. One process
# writes the large ones and the end: nc makes its children forget theirs, so the shell cannot wait in between.
# The two forms of busybox's nc each have a word of their own for "go on after the first connection".
answer="echo groundwork; busybox yes groundwork | busybox sed '6000{s/.*/groundwork whole/;q;}'"
while :; do
  busybox nc -lk -p 8080 -e busybox sh -c "$answer" || busybox nc -ll -p 8080 -e busybox sh -c "$answer"
  busybox sleep 1
done
