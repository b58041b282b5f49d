// A greeting, so that there is a binary to ship.
package main

import (
	"fmt"
	"os"
	"runtime"
)

func main() {
	name := "world"
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	fmt.Printf("Hello, %s, from %s/%s\n", name, runtime.GOOS, runtime.GOARCH)
}
