# Answers every connection, of both families, with a small packet first and then with large ones.
# The two forms of busybox's nc each have a word of their own for "go on after the first connection".
answer='echo groundwork; busybox yes groundwork | busybox head -c 65536; echo; echo groundwork whole'
while :; do
  busybox nc -lk -p 8080 -e busybox sh -c "$answer" || busybox nc -ll -p 8080 -e busybox sh -c "$answer"
  busybox sleep 1
done
