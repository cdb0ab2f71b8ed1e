// kubeadm alone, as its own repository builds it.
package main

import (
	"fmt"
	"os"

	kubeadm "k8s.io/kubernetes/cmd/kubeadm/app"
)

func main() {
	if err := kubeadm.Run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
