// Serves govmomi's simulator of a vCenter on a port of this machine until it is ended.
package main

import (
	"flag"
	"log"
	"net/url"
	"os"
	"os/signal"
	"syscall"

	"github.com/vmware/govmomi/simulator"
	_ "github.com/vmware/govmomi/vapi/simulator"
)

func main() {
	at := flag.String("at", "127.0.0.1:0", "where it listens")
	user := flag.String("user", "", "who may log in")
	password := flag.String("password", "", "with which password")
	flag.Parse()

	model := simulator.VPX()
	model.Portgroup = 2
	model.PortgroupNSX = 1
	model.OpaqueNetwork = 1
	model.Pool = 1
	model.Pod = 1
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	defer model.Remove()

	// Tags are served beside SOAP.
	model.Service.RegisterEndpoints = true
	model.Service.Listen = &url.URL{Host: *at, User: url.UserPassword(*user, *password)}
	server := model.Service.NewServer()
	defer server.Close()

	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGINT, syscall.SIGTERM)
	<-end
}
