// A server on port 8080. `server check` asks the one that runs beside it, for images that have no shell and no curl.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"layerscope.dev/examples/go-server/internal/greet"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "check" {
		check()
		return
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, greet.Sentence(r.URL.Query().Get("name")))
	})
	log.Println("listening on port 8080")
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func check() {
	answer, err := http.Get("http://127.0.0.1:8080/?name=container")
	if err != nil {
		log.Fatal(err)
	}
	defer answer.Body.Close()
	if _, err := io.Copy(os.Stdout, answer.Body); err != nil {
		log.Fatal(err)
	}
}
