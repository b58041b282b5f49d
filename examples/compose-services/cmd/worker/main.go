// Work to do, so that there is a second program.
package main

import "fmt"

func main() {
	fmt.Println("worker: nothing to do")
}
