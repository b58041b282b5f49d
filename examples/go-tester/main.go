// Counts the words it is given.
package main

import (
	"fmt"
	"os"
	"strings"
)

func count(text string) int { return len(strings.Fields(text)) }

func main() {
	fmt.Printf("%d words\n", count(strings.Join(os.Args[1:], " ")))
}
