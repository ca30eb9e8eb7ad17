// A server that speaks MongoDB's protocol, for tests where no mongod is installed: FerretDB with its SQLite backend.
//
// FerretDB's own command line refuses to start outside its source tree (its version file is generated there), so this
// uses its embeddable package. Writes one line, the URI, to standard output once it accepts connections.
package main

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/FerretDB/FerretDB/ferretdb"
)

func main() {
	dir := flag.String("dir", "", "folder of the databases; it must exist")
	listen := flag.String("listen", "127.0.0.1:0", "address and port; port 0 picks one")
	tlsCert := flag.String("tls-cert", "", "certificate: serve TLS only")
	tlsKey := flag.String("tls-key", "", "key of the certificate")
	flag.Parse()
	if *dir == "" {
		fmt.Fprintln(os.Stderr, "server: --dir is missing")
		os.Exit(2)
	}

	listener := ferretdb.ListenerConfig{TCP: *listen}
	if *tlsCert != "" {
		listener = ferretdb.ListenerConfig{TLS: *listen, TLSCertFile: *tlsCert, TLSKeyFile: *tlsKey}
	}
	db, err := ferretdb.New(&ferretdb.Config{
		Listener:  listener,
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:   "sqlite",
		SQLiteURL: "file:" + *dir + "/",
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}

	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		fmt.Println(db.MongoDBURI()) // waits for the listener
	}()
	if err := db.Run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}
